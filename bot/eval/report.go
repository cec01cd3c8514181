package eval

import (
	"math"
	"slices"
	"time"

	"zhiwen/bot"
)

// Report is what `zhiwen eval --json` prints; a figure without anything to
// measure is null. recall@k is the mean share of a question's gold documents
// among the first k.
type Report struct {
	Docs    int `json:"docs"`
	Chunks  int `json:"chunks"`
	Queries int `json:"queries"`
	Skipped int `json:"skipped"`
	Errors  int `json:"errors"`

	Recall1  *float64 `json:"recall@1"`
	Recall3  *float64 `json:"recall@3"`
	Recall5  *float64 `json:"recall@5"`
	Recall10 *float64 `json:"recall@10"`
	Recall20 *float64 `json:"recall@20"`
	MRR10    *float64 `json:"mrr@10"`
	NDCG10   *float64 `json:"ndcg@10"`

	AnswerRecall *float64 `json:"answer_recall"`
	AnswerF1     *float64 `json:"answer_f1"`
	AnswerRougeL *float64 `json:"answer_rouge_l"`
	AnsweredRate *float64 `json:"answered_rate"`
	RefusedRate  *float64 `json:"refused_rate"`
	RefusalAUROC *float64 `json:"refusal_auroc"`
	// RefusedAt90 is the share of the unanswerable that would be refused by
	// the threshold that answers 90 % of the answerable.
	RefusedAt90         *float64 `json:"refused_at_90_answered"`
	QuoteExactRate      *float64 `json:"quote_exact_rate"`
	FigureSupportedRate *float64 `json:"figure_supported_rate"`

	P50MS            *float64 `json:"p50_ms"`
	P95MS            *float64 `json:"p95_ms"`
	IngestChunksPerS *float64 `json:"ingest_chunks_per_s"`
}

// mean is a running mean.
type mean struct {
	sum float64
	n   int
}

func (m *mean) put(x float64) { m.sum += x; m.n++ }

func (m *mean) add(yes bool) {
	if yes {
		m.sum++
	}
	m.n++
}

func (m mean) value() *float64 {
	if m.n == 0 {
		return nil
	}
	v := m.sum / float64(m.n)
	return &v
}

// tally gathers the figures of single questions.
type tally struct {
	report                      Report
	recall                      [5]mean // at cutoffs
	mrr, ndcg                   mean
	answerRecall, f1, rouge     mean
	answered, refused           mean
	quotes, supported           mean
	answerableScores, badScores []float64
	took                        []time.Duration
}

var cutoffs = [5]int{1, 3, 5, 10, 20}

func (t *tally) outcome(answerable bool, said bot.Answer) {
	given := said.Status == bot.StatusAnswered || said.Status == bot.StatusPartial || said.Status == bot.StatusFAQ
	if answerable {
		t.answered.add(given)
		t.answerableScores = append(t.answerableScores, said.Confidence)
		return
	}
	t.refused.add(!given)
	t.badScores = append(t.badScores, said.Confidence)
}

func (t *tally) figures(ok bool) { t.supported.add(ok) }

func (t *tally) ranking(ranked, gold []string) {
	for i, k := range cutoffs {
		hits := 0
		for _, key := range ranked[:min(k, len(ranked))] {
			if slices.Contains(gold, key) {
				hits++
			}
		}
		t.recall[i].put(float64(hits) / float64(len(gold)))
	}
	first, dcg, ideal := 0.0, 0.0, 0.0
	for i, key := range ranked[:min(10, len(ranked))] {
		if slices.Contains(gold, key) {
			if first == 0 {
				first = 1 / float64(i+1)
			}
			dcg += 1 / math.Log2(float64(i+2))
		}
	}
	for i := range min(10, len(gold)) {
		ideal += 1 / math.Log2(float64(i+2))
	}
	t.mrr.put(first)
	t.ndcg.put(dcg / ideal)
}

func (t *tally) answer(open bot.Answer, references []string) {
	var shown []rune
	for _, c := range open.Citations {
		shown = append(shown, squeezed(c.Quote)...)
	}
	shown = shown[:min(shownRunes, len(shown))]
	highlight := squeezed(open.Highlight)
	var recall, f1, rouge float64
	for _, r := range references {
		reference := squeezed(r)
		recall = max(recall, float64(lcs(reference, shown))/float64(len(reference)))
		f1 = max(f1, harmonic(overlap(reference, highlight), len(reference), len(highlight)))
		rouge = max(rouge, harmonic(lcs(reference, highlight), len(reference), len(highlight)))
	}
	t.answerRecall.put(recall)
	t.f1.put(f1)
	t.rouge.put(rouge)
}

func (t *tally) sum() Report {
	r := t.report
	for i, at := range []**float64{&r.Recall1, &r.Recall3, &r.Recall5, &r.Recall10, &r.Recall20} {
		*at = t.recall[i].value()
	}
	r.MRR10, r.NDCG10 = t.mrr.value(), t.ndcg.value()
	r.AnswerRecall, r.AnswerF1, r.AnswerRougeL = t.answerRecall.value(), t.f1.value(), t.rouge.value()
	r.AnsweredRate, r.RefusedRate = t.answered.value(), t.refused.value()
	r.RefusalAUROC = auroc(t.answerableScores, t.badScores)
	r.RefusedAt90 = refusedAt(0.9, t.answerableScores, t.badScores)
	r.QuoteExactRate, r.FigureSupportedRate = t.quotes.value(), t.supported.value()
	r.P50MS, r.P95MS = percentile(t.took, .50), percentile(t.took, .95)
	return r
}
