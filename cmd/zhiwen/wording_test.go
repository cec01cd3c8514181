package main

import (
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/encoding/simplifiedchinese"

	"zhiwen/bot"
	"zhiwen/bot/eval"
	"zhiwen/retrieval"
)

// collectionOf opens the rooms over documents, searched by words alone: what
// is measured here is the reading of questions, and embedding takes minutes.
func collectionOf(t *testing.T, docs string) *rooms {
	t.Helper()
	t.Setenv("ZHIWEN_ORT_LIB", "/none")
	s := &shell{storePath: filepath.Join(t.TempDir(), "wording.db"), log: slog.New(slog.DiscardHandler), now: time.Now, err: os.Stderr}
	r, err := s.openRooms(t.Context(), s.open)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	if _, err := s.fill(t.Context(), r, []string{docs}); err != nil {
		t.Fatal(err)
	}
	return r
}

// answerable gives the questions of a file whose documents are known.
func answerable(t *testing.T, r *rooms, file string) []eval.Query {
	t.Helper()
	queries, err := readQueries([]string{file})
	if err != nil {
		t.Fatal(err)
	}
	_, keys, err := versions(t.Context(), r.store)
	if err != nil {
		t.Fatal(err)
	}
	byKey(queries, keys)
	return slices.DeleteFunc(queries, func(q eval.Query) bool { return q.DocID == "" && len(q.DocIDs) == 0 })
}

// inForm is what came of asking questions in some form.
type inForm struct {
	recall5 float64
	right   float64 // share of the questions understood as in their clean form
	changed []string
}

// askIn asks every question in another form and compares how it is understood.
func askIn(t *testing.T, r *rooms, queries []eval.Query, form func(string) string) inForm {
	t.Helper()
	var a inForm
	for _, q := range queries {
		typed := form(q.Question)
		e, err := r.bot.Examine(t.Context(), bot.Request{Question: typed}, 20)
		if err != nil {
			t.Fatal(err)
		}
		if squeezed(e.Question.Folded) == squeezed(retrieval.FoldString(q.Question)) {
			a.right++
		}
		if e.Said.Understood != "" {
			a.changed = append(a.changed, typed+" → "+e.Said.Understood)
		}
		a.recall5 += recallAt5(e, q)
	}
	a.recall5 /= float64(len(queries))
	a.right /= float64(len(queries))
	return a
}

func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

func recallAt5(e bot.Examination, q eval.Query) float64 {
	gold := q.DocIDs
	if len(gold) == 0 {
		gold = []string{q.DocID}
	}
	var keys []string
	for _, p := range e.Passages {
		if !slices.Contains(keys, p.Doc.Key) {
			keys = append(keys, p.Doc.Key)
		}
	}
	found := 0.0
	for _, key := range keys[:min(5, len(keys))] {
		if slices.Contains(gold, key) {
			found++
		}
	}
	return found / float64(len(gold))
}

// TestWordings asks the golden questions in Traditional, in pinyin with and
// without spaces, and with typing errors; none may lose more than 5 points of
// recall.
func TestWordings(t *testing.T) {
	r := collectionOf(t, samplePages)
	queries := answerable(t, r, "../../samples/golden.jsonl")
	clean := askIn(t, r, queries, func(s string) string { return s })
	if len(clean.changed) > 0 {
		t.Errorf("clean questions were changed: %q", clean.changed)
	}
	for _, c := range []struct {
		name  string
		form  func(string) string
		right float64 // least share understood as in the clean form
	}{
		{"Traditional", traditional(t), .95},
		{"pinyin", func(s string) string { return inPinyin(s, " ") }, .6},
		{"pinyin without spaces", func(s string) string { return inPinyin(s, "") }, .6},
		{"typing errors", typingErrors(t, r), .4},
	} {
		got := askIn(t, r, queries, c.form)
		t.Logf("%s: recall@5 %.3f of %.3f, understood as meant %.3f", c.name, got.recall5, clean.recall5, got.right)
		if got.recall5 < clean.recall5-.05 || got.right < c.right {
			t.Errorf("%s: recall@5 %.3f, %.3f for clean questions; understood as meant %.3f, want %.2f:\n%s",
				c.name, got.recall5, clean.recall5, got.right, c.right, strings.Join(got.changed, "\n"))
		}
	}
}

// traditional writes a text in Traditional characters, one for one.
func traditional(t *testing.T) func(string) string {
	t.Helper()
	table := map[rune]rune{}
	for line := range strings.Lines(string(read(t, "../../retrieval/t2s.txt"))) {
		if pair := []rune(strings.TrimSpace(line)); len(pair) == 2 {
			table[pair[1]] = pair[0]
		}
	}
	return func(s string) string {
		return strings.Map(func(r rune) rune {
			if hant, ok := table[r]; ok {
				return hant
			}
			return r
		}, s)
	}
}

// inPinyin writes a text in pinyin without tones; what is no character stays.
func inPinyin(s, space string) string {
	var b strings.Builder
	for _, r := range s {
		if readings := pinyin.SinglePinyin(r, pinyin.NewArgs()); len(readings) > 0 {
			b.WriteString(readings[0] + space)
			continue
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

// typingErrors gives a seeded program that makes one error in a question: three
// of four by sound, one by shape, in a word that says what is asked about.
func typingErrors(t *testing.T, r *rooms) func(string) string {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	sounds := map[string][]rune{}
	for row := byte(0xB0); row <= 0xD7; row++ { // the common characters of GB 2312
		for cell := byte(0xA1); cell < 0xFF; cell++ {
			char, err := simplifiedchinese.GBK.NewDecoder().String(string([]byte{row, cell}))
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range char {
				for _, reading := range pinyin.SinglePinyin(r, pinyin.NewArgs()) {
					sounds[reading] = append(sounds[reading], r)
				}
			}
		}
	}
	shapes := map[rune][]rune{}
	for line := range strings.Lines(string(read(t, "../../bot/spelling/tables/shapes.txt"))) {
		if char, alike, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			shapes[[]rune(char)[0]] = []rune(alike)
		}
	}
	return func(s string) string {
		e, err := r.bot.Examine(t.Context(), bot.Request{Question: s}, 1)
		if err != nil {
			t.Fatal(err)
		}
		runes := []rune(s)
		for range 100 {
			at := random.IntN(len(runes))
			if !unicode.Is(unicode.Han, runes[at]) || !strings.ContainsRune(e.Question.Core, runes[at]) {
				continue
			}
			wrong := shapes[runes[at]]
			if random.IntN(4) > 0 {
				wrong = sounds[pinyin.SinglePinyin(runes[at], pinyin.NewArgs())[0]]
			}
			if len(wrong) == 0 {
				continue
			}
			if r := wrong[random.IntN(len(wrong))]; r != runes[at] {
				runes[at] = r
				return string(runes)
			}
		}
		return s
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
