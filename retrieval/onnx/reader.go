//go:build cgo

package onnx

import (
	"context"
	_ "embed"
	"errors"
	"runtime"
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

const (
	readerTokens = 320 // what it was trained on: question, head and extract
	spanRunes    = 200 // longest answer
)

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
		score, i, j := bestSpan(out[1][first:], out[2][first:], own, head+x.Text)
		reading.Score = float64(score - out[1][0] - out[2][0])
		reading.Answer = retrieval.Span{Start: own[i].Start - len(head), End: own[j].End - len(head)}
	}
	return reading, nil
}

// noAnswer is the score of an extract without a word.
const noAnswer = -20

// bestSpan finds the tokens that most likely begin and end the answer, the end
// not before the start and at most spanRunes after it.
func bestSpan(start, end []float32, tokens []wordpiece.Token, text string) (score float32, i, j int) {
	at := make([]int, len(tokens)) // runes before each token
	for k := 1; k < len(tokens); k++ {
		at[k] = at[k-1] + utf8.RuneCountInString(text[tokens[k-1].Start:tokens[k].Start])
	}
	found := false
	for a := range tokens {
		for b := a; b < len(tokens) && at[b]-at[a] <= spanRunes; b++ {
			if s := start[a] + end[b]; !found || s > score {
				score, i, j, found = s, a, b, true
			}
		}
	}
	return score, i, j
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
