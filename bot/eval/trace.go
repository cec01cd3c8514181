package eval

import (
	"zhiwen/bot"
)

// Trace is what one question was answered from: the figures that the weights
// of reading and refusing are learned from (train/weighing.py).
type Trace struct {
	ID         string        `json:"id"`
	Question   string        `json:"question"`
	Answerable bool          `json:"answerable"`
	Status     bot.Status    `json:"status"`
	Signals    bot.Signals   `json:"signals"`
	Confidence float64       `json:"confidence"`
	Windows    []TraceWindow `json:"windows"` // best first
}

// TraceWindow is one window that was weighed.
type TraceWindow struct {
	Key       string   `json:"key"` // of its document
	Row       int64    `json:"row"` // of its passage
	Gold      bool     `json:"gold"`
	Start     int      `json:"start"`
	End       int      `json:"end"`
	Score     float64  `json:"score"`
	Fused     float64  `json:"fused"` // of its passage
	BM25      float64  `json:"bm25"`
	Cosine    float64  `json:"cosine"`
	Cover     float64  `json:"cover"`
	Relevance *float64 `json:"relevance"` // null where it was not read
	Span      *float64 `json:"span"`
	Holds     float64  `json:"holds"` // answer_recall, if it alone were shown
	RougeL    float64  `json:"rouge_l"`
}

func traceOf(it item, e bot.Examination) Trace {
	t := Trace{
		ID: it.ID, Question: it.Question, Answerable: it.answerable, Status: e.Said.Status,
		Signals: e.Signals, Confidence: e.Open.Confidence,
	}
	refs := it.references()
	gold := map[string]bool{}
	for _, key := range it.gold() {
		gold[key] = true
	}
	for _, w := range e.Windows {
		tw := TraceWindow{
			Key: w.Passage.Doc.Key, Row: w.Passage.Row, Gold: gold[w.Passage.Doc.Key], Start: w.Start, End: w.End,
			Score: w.Score, Fused: w.Passage.Score, BM25: w.Passage.BM25, Cosine: w.Passage.Cosine, Cover: w.Cover,
		}
		span := ""
		if w.Reading != nil {
			tw.Relevance, tw.Span = &w.Reading.Relevance, &w.Reading.Score
			span = w.Text[w.Reading.Answer.Start:w.Reading.Answer.End]
		}
		shown := squeezed(w.Text)
		shown = shown[:min(len(shown), shownRunes)]
		for _, ref := range refs {
			r, s := squeezed(ref), squeezed(span)
			tw.Holds = max(tw.Holds, float64(lcs(r, shown))/float64(len(r)))
			tw.RougeL = max(tw.RougeL, harmonic(lcs(r, s), len(r), len(s)))
		}
		t.Windows = append(t.Windows, tw)
	}
	return t
}
