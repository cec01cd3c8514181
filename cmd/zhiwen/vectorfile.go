package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"sync"

	"zhiwen/retrieval"
)

// noise is the length of the random vector that is added to a unit vector; in
// hundreds of dimensions it is as good as orthogonal, so that the cosine with
// the original is 1/√(1+noise²), about 0.9.
const noise = 0.484

// vectorFile embeds each text once and keeps the vector in a file, so that a
// bench can fill many stores with the same vectors. The file begins with a line
// that names the model; then follow records of the text's key and the vector
// as little-endian float32s, in the order in which they were made.
type vectorFile struct {
	retrieval.Embedder
	file  *os.File
	start int64 // of the records

	mu     sync.Mutex
	at     map[textKey]int // which record is whose
	seen   int             // records
	embeds int             // texts that may still be embedded; the rest are derived
}

// textKey is the beginning of the SHA-256 of a text.
type textKey [16]byte

func keyOfText(text string) textKey {
	sum := sha256.Sum256([]byte(text))
	return textKey(sum[:16])
}

// openVectorFile opens the file at path or makes it. Texts whose vectors it
// lacks are embedded by e and added, embeds of them at most; after that a text
// gets the vector of another with noise.
func openVectorFile(path string, e retrieval.Embedder, embeds int) (*vectorFile, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	v := &vectorFile{Embedder: e, file: file, at: map[textKey]int{}, embeds: embeds}
	if err := v.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("vectors in %s: %w", path, err), file.Close())
	}
	return v, nil
}

func (v *vectorFile) recordBytes() int { return len(textKey{}) + 4*v.Dim() }

// load reads the keys. A record that was cut off by a kill is removed.
func (v *vectorFile) load() error {
	head := fmt.Sprintf("zhiwen vectors 1 %s %d\n", v.Model(), v.Dim())
	v.start = int64(len(head))
	reader := bufio.NewReaderSize(v.file, 1<<20)
	first, err := reader.ReadString('\n')
	switch {
	case errors.Is(err, io.EOF) && first == "":
		_, err := v.file.WriteString(head)
		return err
	case err != nil:
		return err
	case first != head:
		return fmt.Errorf("made as %q, wanted %q; remove the file or name another", first, head)
	}
	record := make([]byte, v.recordBytes())
	for {
		switch _, err := io.ReadFull(reader, record); {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, io.ErrUnexpectedEOF):
			return v.file.Truncate(v.offset(v.seen))
		case err != nil:
			return err
		}
		v.at[textKey(record[:len(textKey{})])] = v.seen
		v.seen++
	}
}

func (v *vectorFile) offset(record int) int64 {
	return v.start + int64(record)*int64(v.recordBytes())
}

// Passages implements retrieval.Embedder.
func (v *vectorFile) Passages(ctx context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	var missing []int
	for i, text := range texts {
		record, kept := v.record(keyOfText(text))
		if !kept {
			missing = append(missing, i)
			continue
		}
		var err error
		if vectors[i], err = v.read(record); err != nil {
			return nil, err
		}
	}
	embedded := missing[:v.take(len(missing))]
	if err := v.embed(ctx, texts, embedded, vectors); err != nil {
		return nil, err
	}
	for _, i := range missing[len(embedded):] {
		var err error
		if vectors[i], err = v.derive(texts[i]); err != nil {
			return nil, err
		}
	}
	return vectors, nil
}

func (v *vectorFile) record(k textKey) (int, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	record, kept := v.at[k]
	return record, kept
}

// take says how many of n texts may be embedded.
func (v *vectorFile) take(n int) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	n = min(n, v.embeds)
	v.embeds -= n
	return n
}

func (v *vectorFile) embed(ctx context.Context, texts []string, which []int, into [][]float32) error {
	if len(which) == 0 {
		return nil
	}
	asked := make([]string, len(which))
	for i, w := range which {
		asked[i] = texts[w]
	}
	made, err := v.Embedder.Passages(ctx, asked)
	if err != nil {
		return err
	}
	for i, w := range which {
		into[w] = made[i]
		if err := v.keep(keyOfText(asked[i]), made[i]); err != nil {
			return err
		}
	}
	return nil
}

func (v *vectorFile) keep(k textKey, vector []float32) error {
	record := make([]byte, 0, v.recordBytes())
	record = append(record, k[:]...)
	for _, x := range vector {
		record = binary.LittleEndian.AppendUint32(record, math.Float32bits(x))
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, err := v.file.Write(record); err != nil {
		return fmt.Errorf("keep a vector: %w", err)
	}
	v.at[k] = v.seen
	v.seen++
	return nil
}

func (v *vectorFile) read(record int) ([]float32, error) {
	b := make([]byte, 4*v.Dim())
	if _, err := v.file.ReadAt(b, v.offset(record)+int64(len(textKey{}))); err != nil {
		return nil, fmt.Errorf("read a kept vector: %w", err)
	}
	vector := make([]float32, v.Dim())
	for i := range vector {
		vector[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return vector, nil
}

// derive makes the same vector of the same text as long as the file is the same.
func (v *vectorFile) derive(text string) ([]float32, error) {
	v.mu.Lock()
	seen := v.seen
	v.mu.Unlock()
	if seen == 0 {
		return nil, errors.New("no vectors to derive from: let some texts be embedded first (--embed)")
	}
	k := keyOfText(text)
	random := rand.New(rand.NewPCG(binary.LittleEndian.Uint64(k[:8]), binary.LittleEndian.Uint64(k[8:])))
	vector, err := v.read(random.IntN(seen))
	if err != nil {
		return nil, err
	}
	return noised(vector, random), nil
}

// Close closes the file.
func (v *vectorFile) Close() error { return v.file.Close() }

func noised(v []float32, random *rand.Rand) []float32 {
	added := make([]float64, len(v))
	for i := range added {
		added[i] = random.NormFloat64()
	}
	scale := noise / length(added)
	sum := make([]float64, len(v))
	for i := range v {
		sum[i] = float64(v[i]) + scale*added[i]
	}
	scale = 1 / length(sum)
	unit := make([]float32, len(v))
	for i := range sum {
		unit[i] = float32(sum[i] * scale)
	}
	return unit
}

func length(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x * x
	}
	return math.Sqrt(sum)
}
