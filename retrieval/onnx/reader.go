//go:build cgo

package onnx

import (
	"context"
	_ "embed"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	ort "github.com/yalue/onnxruntime_go"

	"zhiwen/retrieval"
	"zhiwen/retrieval/wordpiece"
)

// The reading model, made by train/; model/READER.md says from what.
//
//go:embed model/reader_int8.onnx
var readerData []byte

// readerTokens is what it was trained on: question, head and extract.
const readerTokens = 320

// Reader is the built-in reading model: it says how well an extract answers a
// question, and with which of its words. It is safe for concurrent use.
type Reader struct {
	tokenizer *wordpiece.Tokenizer
	slots     chan struct{} // extracts at a time: more than there are cores would only wait

	mu      sync.RWMutex // held for reading while the model runs
	session *session     // nil once closed
}

// NewReader prepares the reading model on r.
func NewReader(r *Runtime) (*Reader, error) {
	tokenizer, err := wordpiece.New(tokenizerData)
	if err != nil {
		return nil, err
	}
	session, err := r.newSession(readerData, "relevance", "start", "end")
	if err != nil {
		return nil, err
	}
	return &Reader{tokenizer: tokenizer, slots: make(chan struct{}, runtime.GOMAXPROCS(0)), session: session}, nil
}

// Read reads extracts in their order, several at a time, until all are read or
// ctx ends, and gives the readings of the first ones without a gap. That there
// are fewer readings than extracts is no error.
func (r *Reader) Read(ctx context.Context, question string, extracts []retrieval.Extract) ([]retrieval.Reading, error) {
	readings := make([]retrieval.Reading, len(extracts))
	done := make([]bool, len(extracts))
	errs := make([]error, len(extracts))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(cap(r.slots), len(extracts)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(extracts); i = int(next.Add(1)) - 1 {
				select {
				case r.slots <- struct{}{}:
				case <-ctx.Done():
					return
				}
				if ctx.Err() == nil {
					readings[i], errs[i] = r.read(question, extracts[i])
					done[i] = errs[i] == nil
				}
				<-r.slots
				if !done[i] {
					return
				}
			}
		})
	}
	workers.Wait()
	n := 0
	for n < len(done) && done[n] {
		n++
	}
	return readings[:n], errors.Join(errs...)
}

// Close waits for what is being read and frees the model. Calls after it fail;
// a second Close does nothing.
func (r *Reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.session == nil {
		return nil
	}
	session := r.session
	r.session = nil
	return session.close()
}

func (r *Reader) read(question string, x retrieval.Extract) (retrieval.Reading, error) {
	head := ""
	if x.Head != "" {
		head = "《" + x.Head + "》"
	}
	tokens, second := r.tokenizer.EncodePair(lower(question), lower(head+x.Text), readerTokens)
	ids := make([]int64, len(tokens))
	for i, t := range tokens {
		ids[i] = int64(t.ID)
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.session == nil {
		return retrieval.Reading{}, errors.New("the reader is closed")
	}
	n := int64(len(ids))
	out, err := r.session.run(ids, second, ort.NewShape(1), ort.NewShape(1, n), ort.NewShape(1, n))
	if err != nil {
		return retrieval.Reading{}, err
	}
	// The last token is [SEP]; those of the head are no answer.
	first := second
	for first < len(tokens)-1 && tokens[first].Start < len(head) {
		first++
	}
	own := tokens[first : len(tokens)-1]
	reading := retrieval.Reading{Relevance: float64(out[0][0]), Score: noAnswer}
	if len(own) > 0 {
		start, end := out[1][first:first+len(own)], out[2][first:first+len(own)]
		reading.Score = float64(bestSpan(start, end) - out[1][0] - out[2][0])
		i, j := likestSpan(start, end)
		reading.Answer = retrieval.Span{Start: own[i].Start - len(head), End: own[j].End - len(head)}
	}
	return reading, nil
}

// noAnswer is the score of an extract without a word.
const noAnswer = -20

// bestSpan is the score of the tokens that most likely begin and end the
// answer, the end not before the start.
func bestSpan(start, end []float32) float32 {
	best, begin := start[0]+end[0], start[0]
	for k := range start {
		begin = max(begin, start[k])
		best = max(best, begin+end[k])
	}
	return best
}

// likestSpan is the span that shares the most with the answers that the model
// holds possible: the highest expected F1, each answer weighted by its
// probability. The most likely span alone is too short where several ends are
// possible, as in clauses that run on (measured in docs/performance.md).
func likestSpan(start, end []float32) (i, j int) {
	s, e := softmax(start), softmax(end)
	n := len(s)
	// after[k] is the chance that an answer ends at k or later.
	after := make([]float64, n+1)
	for k := n - 1; k >= 0; k-- {
		after[k] = after[k+1] + e[k]
	}
	all, length := 0.0, 0.0
	for a := range n {
		all += s[a] * after[a]
		for b := a; b < n; b++ {
			length += s[a] * e[b] * float64(b-a+1)
		}
	}
	// within[k] is the sum over the tokens before k of the chance that the
	// answer holds them.
	within := make([]float64, n+1)
	begun := 0.0
	for k := range n {
		begun += s[k]
		within[k+1] = within[k] + begun*after[k]/all
	}
	length /= all
	best := -1.0
	for a := range n {
		for b := a; b < n; b++ {
			if f := 2 * (within[b+1] - within[a]) / (float64(b-a+1) + length); f > best {
				best, i, j = f, a, b
			}
		}
	}
	return i, j
}

func softmax(logits []float32) []float64 {
	most := slices.Max(logits)
	p := make([]float64, len(logits))
	sum := 0.0
	for i, l := range logits {
		p[i] = math.Exp(float64(l - most))
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// lower puts letters in lower case without moving a byte, so that offsets
// stay: a letter whose small form has another length stays as it is.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if l := unicode.ToLower(r); utf8.RuneLen(l) == utf8.RuneLen(r) {
			return l
		}
		return r
	}, s)
}
