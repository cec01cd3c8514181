//go:build cgo

package onnx

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"
)

// python is ONNX Runtime called from Python, for comparison in the same run.
type python struct {
	in  *json.Encoder
	out *bufio.Reader
}

// startPython gives nil where Python or a package is missing, and says so.
func startPython(b *testing.B, threads int) *python {
	b.Helper()
	if out, err := exec.Command("python3", "-c", "import onnxruntime, tokenizers, numpy").CombinedOutput(); err != nil {
		b.Logf("no comparison: python3 with onnxruntime, tokenizers and numpy is missing (%v) %.200s", err, out)
		return nil
	}
	c := exec.Command("python3", "testdata/bench.py", "model/model_int8.onnx", "model/tokenizer.json", strconv.Itoa(threads))
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		in.Close()
		if err := c.Wait(); err != nil {
			b.Error(err)
		}
	})
	return &python{in: json.NewEncoder(in), out: bufio.NewReader(out)}
}

// embed gives the time that Python took for texts.
func (p *python) embed(b *testing.B, texts []string) time.Duration {
	b.Helper()
	if err := p.in.Encode(texts); err != nil {
		b.Fatal(err)
	}
	line, err := p.out.ReadString('\n')
	if err != nil && err != io.EOF {
		b.Fatal(err)
	}
	var seconds float64
	if _, err := fmt.Sscan(line, &seconds); err != nil {
		b.Fatalf("python answered %q: %v", line, err)
	}
	return time.Duration(seconds * float64(time.Second))
}

// compare runs Go and Python by turns on the same texts, so that both meet the
// same neighbours on the machine, and reports texts a second of both.
func compare(b *testing.B, threads int, texts []string, embed func() error) {
	b.Helper()
	p := startPython(b, threads)
	var goTime, pythonTime time.Duration
	round := func() {
		start := time.Now()
		if err := embed(); err != nil {
			b.Fatal(err)
		}
		goTime += time.Since(start)
		if p != nil {
			b.StopTimer()
			pythonTime += p.embed(b, texts)
			b.StartTimer()
		}
	}
	round() // the first runs fill caches
	goTime, pythonTime = 0, 0
	n := 0
	for b.Loop() {
		round()
		n++
	}
	done := float64(n * len(texts))
	b.ReportMetric(done/goTime.Seconds(), "texts/s")
	b.ReportMetric(goTime.Seconds()*1000/done, "ms/text")
	if p != nil {
		b.ReportMetric(done/pythonTime.Seconds(), "python-texts/s")
		b.ReportMetric(pythonTime.Seconds()/goTime.Seconds(), "of-python")
	}
}

func BenchmarkPassages(b *testing.B) {
	e := newEmbedder(b)
	texts := passages()[:8]
	compare(b, runtime.GOMAXPROCS(0), texts, func() error {
		_, err := e.Passages(b.Context(), texts)
		return err
	})
}

func BenchmarkQuestion(b *testing.B) {
	e := newEmbedder(b)
	question := "2023年绩溪县开展了多少场法治宣传活动？"
	compare(b, 1, []string{questionPrefix + question}, func() error {
		_, err := e.Question(b.Context(), question)
		return err
	})
}

func BenchmarkNewEmbedder(b *testing.B) {
	r := open(b)
	for b.Loop() {
		e, err := NewEmbedder(r)
		if err != nil {
			b.Fatal(err)
		}
		e.Close()
	}
}

// BenchmarkLoadPacked is what a bundled program needs before it loads the
// library: a look at the one unpacked already, or unpacking it.
func BenchmarkLoadPacked(b *testing.B) {
	packed, err := os.ReadFile(filepath.Join("lib", platform(), libraryName+".gz"))
	if err != nil {
		b.Skip("no gzipped library (scripts/fetch-onnxruntime makes it)")
	}
	folder := b.TempDir()
	b.Run("first start", func(b *testing.B) {
		for b.Loop() {
			if _, err := unpack(b.TempDir(), packed, pinned()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("next start", func(b *testing.B) {
		for b.Loop() {
			if _, err := unpack(folder, packed, pinned()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("from memory", func(b *testing.B) {
		for b.Loop() {
			f, _, err := inMemory(packed, pinned())
			if err != nil {
				b.Fatal(err)
			}
			f.Close()
		}
	})
}
