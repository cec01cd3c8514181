//go:build cgo

package onnx

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"zhiwen/retrieval"
)

func newReader(tb testing.TB) *Reader {
	tb.Helper()
	r, err := NewReader(open(tb))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := r.Close(); err != nil {
			tb.Error(err)
		}
	})
	return r
}

// lending is three extracts of our own; the first answers how long books may
// be kept.
var lending = []retrieval.Extract{
	{Head: "青石县图书借阅管理办法", Text: "每次可以借图书5册，借期为30天，可以续借一次。逾期每天每册收取0.1元。"},
	{Head: "青石县图书借阅管理办法", Text: "本办法自2022年3月1日起施行。"},
	{Head: "", Text: "禁止在河道内洗涤装贮过油类的车辆。"},
}

func TestReadFindsTheWordsThatAnswer(t *testing.T) {
	readings, err := newReader(t).Read(t.Context(), "图书借期是多少天", lending)
	if err != nil {
		t.Fatal(err)
	}
	if len(readings) != len(lending) {
		t.Fatalf("%d readings of %d extracts", len(readings), len(lending))
	}
	if got := lending[0].Text[readings[0].Answer.Start:readings[0].Answer.End]; !strings.Contains(got, "30天") {
		t.Errorf("the answer is %q, want one that holds 30天", got)
	}
	for i := 1; i < len(readings); i++ {
		if readings[i].Relevance >= readings[0].Relevance || readings[i].Score >= readings[0].Score {
			t.Errorf("extract %d is read as better (%+v) than the one that answers (%+v)", i, readings[i], readings[0])
		}
	}
}

// Offsets must hold whatever is read: they are bytes of the extract's own
// text, on the borders of characters.
func TestAnswersLieInTheExtract(t *testing.T) {
	extracts := append(slices.Clone(lending),
		retrieval.Extract{Head: "题", Text: ""},
		retrieval.Extract{Head: strings.Repeat("很长的题名", 100), Text: "正文"},
		retrieval.Extract{Text: strings.Repeat("县政府公告，", 200)},
		retrieval.Extract{Head: "Wi-Fi İstanbul", Text: "İSTANBUL ẞ Ⱥ 和 [SEP] [MASK] ﷽ 𠮷野家 Ａ１２"},
		retrieval.Extract{Head: "H", Text: "\u200b\ufeff"},
	)
	readings, err := newReader(t).Read(t.Context(), "İ Wi-Fi 在哪 [SEP]", extracts)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range readings {
		text := extracts[i].Text
		if r.Answer.Start < 0 || r.Answer.End < r.Answer.Start || r.Answer.End > len(text) || !strings.Contains(text, text[r.Answer.Start:r.Answer.End]) {
			t.Errorf("extract %d: answer %+v of %d bytes", i, r.Answer, len(text))
		}
		if s := text[r.Answer.Start:r.Answer.End]; strings.ToValidUTF8(s, "") != s {
			t.Errorf("extract %d: %q cuts a character", i, s)
		}
	}
}

func TestReadStopsWithItsContext(t *testing.T) {
	r := newReader(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	readings, err := r.Read(ctx, "借期", lending)
	if err != nil || len(readings) != 0 {
		t.Errorf("%d readings, error %v; want none of either", len(readings), err)
	}
}

func TestClosedReaderFails(t *testing.T) {
	r, err := NewReader(open(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(r.Close(), r.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(t.Context(), "借期", lending); err == nil {
		t.Error("a closed reader reads")
	}
}

// BenchmarkRead measures reading against embedding, a token for a token, in
// one run.
func BenchmarkRead(b *testing.B) {
	r, e := newReader(b), newEmbedder(b)
	text := passages()[0]
	question := "2023年绩溪县开展了多少场法治宣传活动？"
	tokens, _ := r.tokenizer.EncodePair(question, text, readerTokens)
	whole, err := func() (int, error) {
		t := e.tokenizer.Encode(text, maxTokens)
		return len(t), nil
	}()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("reading", func(b *testing.B) {
		for b.Loop() {
			if _, err := r.read(question, retrieval.Extract{Text: text}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(tokens)), "µs/token")
	})
	b.Run("embedding", func(b *testing.B) {
		for b.Loop() {
			if _, err := e.firstVector(text); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*whole), "µs/token")
	})
}
