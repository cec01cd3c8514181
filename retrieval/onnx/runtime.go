//go:build cgo

package onnx

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	ort "github.com/yalue/onnxruntime_go"
)

// Runtime is the loaded library. It can be had any number of times in one
// process; models run on it (NewEmbedder).
type Runtime struct {
	// Library is the path that the library was loaded from.
	Library string
}

// loaded is the library of this process. onnxruntime_go has one environment
// for a process, so it is kept here, too: loaded at most once and never
// unloaded, since a C++ library with threads of its own does not survive that.
var loaded struct {
	sync.Mutex
	from string
}

// Open loads the runtime library. After the first success the same library is
// given, but for a c that names one that is not there. Errors wrap ErrNoRuntime
// and say what to do.
func Open(c Config) (*Runtime, error) {
	loaded.Lock()
	defer loaded.Unlock()
	named := strings.Contains(c.Library, "/") // others are sought by the system
	if loaded.from == "" || named && len(existing(c.Library)) == 0 {
		from, err := load(c)
		if err != nil {
			return nil, err
		}
		loaded.from = from
	}
	return &Runtime{Library: loaded.from}, nil
}

func load(c Config) (string, error) {
	switch {
	case c.Library != "":
		if err := initialize(c.Library); err != nil {
			return "", fmt.Errorf("%w: set ZHIWEN_ORT_LIB to the path of a libonnxruntime.so that loads, or unset it: %w", ErrNoRuntime, err)
		}
		return c.Library, nil
	case len(packed) > 0:
		from, err := loadPacked(c, packed, pinned())
		if err != nil {
			return "", fmt.Errorf("%w: set ZHIWEN_ORT_LIB to the path of a libonnxruntime.so, as the library inside this program does not load: %w", ErrNoRuntime, err)
		}
		return from, nil
	}
	for _, path := range installed() {
		if initialize(path) == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w: run scripts/fetch-onnxruntime and build with -tags bundled, or set ZHIWEN_ORT_LIB to the path of libonnxruntime.so", ErrNoRuntime)
}

// loadPacked loads the library inside the program from the cache folder, and
// from memory if that cannot be written or executed.
func loadPacked(c Config, packed []byte, sum string) (string, error) {
	path, cacheErr := loadUnpacked(c, packed, sum)
	if cacheErr == nil {
		return path, nil
	}
	f, path, err := inMemory(packed, sum)
	if err != nil {
		return "", errors.Join(cacheErr, err)
	}
	defer f.Close() // what is mapped stays
	if err := initialize(path); err != nil {
		return "", errors.Join(cacheErr, err)
	}
	return path, nil
}

func loadUnpacked(c Config, packed []byte, sum string) (string, error) {
	folder, err := c.cacheFolder()
	if err != nil {
		return "", err
	}
	path, err := unpack(folder, packed, sum)
	if err != nil {
		return "", err
	}
	return path, initialize(path)
}

func initialize(path string) error {
	if err := whole(path); err != nil {
		return err
	}
	ort.SetSharedLibraryPath(path)
	// The runtime's warnings are for those who make models.
	return ort.InitializeEnvironment(ort.WithLogLevelError())
}

// session is a model that is ready to run. It is safe for concurrent use.
type session struct {
	onnx *ort.DynamicAdvancedSession
}

// The names that BERT models go by.
var bertInputs = []string{"input_ids", "attention_mask", "token_type_ids"}

// newSession prepares a BERT model. Each run keeps to the thread that calls
// it: texts in parallel use the cores better than threads that share one text
// (see BenchmarkPassages).
func (r *Runtime) newSession(model []byte, outputs ...string) (*session, error) {
	options, err := ort.NewSessionOptions()
	if err != nil {
		return nil, fmt.Errorf("preparing the model: %w", err)
	}
	defer options.Destroy()
	if err := errors.Join(
		options.SetIntraOpNumThreads(1), options.SetInterOpNumThreads(1),
		// Its fused operator is seven times slower than the two it replaces.
		options.AddSessionConfigEntry("optimization.disable_specified_optimizers", "SkipLayerNormFusion"),
	); err != nil {
		return nil, fmt.Errorf("preparing the model: %w", err)
	}
	s, err := ort.NewDynamicAdvancedSessionWithONNXData(model, bertInputs, outputs, options)
	if err != nil {
		return nil, fmt.Errorf("preparing the model: %w", err)
	}
	return &session{onnx: s}, nil
}

// run evaluates the model on the tokens of one text or pair; those from second
// on are of type 1. shapes are those of the outputs, in their order.
func (s *session) run(ids []int64, second int, shapes ...ort.Shape) ([][]float32, error) {
	n := int64(len(ids))
	mask, types := make([]int64, n), make([]int64, n)
	for i := range ids {
		mask[i] = 1
		if i >= second {
			types[i] = 1
		}
	}
	var inputs, outputs []ort.Value
	defer func() {
		for _, t := range append(inputs, outputs...) {
			t.Destroy()
		}
	}()
	for _, data := range [][]int64{ids, mask, types} {
		t, err := ort.NewTensor(ort.NewShape(1, n), data)
		if err != nil {
			return nil, fmt.Errorf("running the model: %w", err)
		}
		inputs = append(inputs, t)
	}
	figures := make([][]float32, len(shapes))
	for i, shape := range shapes {
		t, err := ort.NewEmptyTensor[float32](shape)
		if err != nil {
			return nil, fmt.Errorf("running the model: %w", err)
		}
		outputs, figures[i] = append(outputs, t), t.GetData()
	}
	if err := s.onnx.Run(inputs, outputs); err != nil {
		return nil, fmt.Errorf("running the model: %w", err)
	}
	return figures, nil
}

func (s *session) close() error { return s.onnx.Destroy() }
