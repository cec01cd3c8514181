package eval

import (
	"math"
	"testing"

	"zhiwen/bot"
)

func TestLCS(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"法律援助", "", 0}, {"法律援助", "法律援助", 4}, {"全年247件", "247件案件", 4},
		{"甲乙丙丁", "丁丙乙甲", 1}, {"甲丙", "甲乙丙", 2},
	} {
		if got := lcs([]rune(c.a), []rune(c.b)); got != c.want {
			t.Errorf("lcs(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestAUROC(t *testing.T) {
	for _, c := range []struct {
		good, bad []float64
		want      float64
	}{
		{[]float64{.9, .8}, []float64{.1, .2}, 1},
		{[]float64{.1}, []float64{.9}, 0},
		{[]float64{.5}, []float64{.5}, .5},
		{[]float64{.9, .3}, []float64{.5, .1}, .75},
	} {
		if got := auroc(c.good, c.bad); math.Abs(*got-c.want) > 1e-9 {
			t.Errorf("auroc(%v, %v) = %v, want %v", c.good, c.bad, *got, c.want)
		}
	}
	if auroc(nil, []float64{1}) != nil {
		t.Error("a figure without anything to measure is not null")
	}
}

func TestRefusedAt(t *testing.T) {
	good := []float64{.1, .2, .3, .4, .5, .6, .7, .8, .9, 1}
	if got := refusedAt(.9, good, []float64{.05, .15, .25}); math.Abs(*got-2./3) > 1e-9 {
		t.Errorf("refused %v, want two of three below .2", *got)
	}
}

func TestRanking(t *testing.T) {
	var tl tally
	tl.ranking([]string{"b", "a", "c"}, []string{"a", "z"})
	r := tl.sum()
	for name, c := range map[string]struct{ got, want float64 }{
		"recall@1": {*r.Recall1, 0},
		"recall@3": {*r.Recall3, .5},
		"mrr@10":   {*r.MRR10, .5},
		"ndcg@10":  {*r.NDCG10, (1 / math.Log2(3)) / (1 + 1/math.Log2(3))},
	} {
		if math.Abs(c.got-c.want) > 1e-9 {
			t.Errorf("%s is %v, want %v", name, c.got, c.want)
		}
	}
}

func TestAnswerCountsTheFirst200Characters(t *testing.T) {
	far := make([]rune, shownRunes)
	for i := range far {
		far[i] = '空'
	}
	var tl tally
	tl.answer(bot.Answer{Citations: []bot.Citation{{Quote: string(far) + "247件"}}, Highlight: "办了247件"}, []string{"247件", "不同的答案"})
	r := tl.sum()
	if *r.AnswerRecall != 0 {
		t.Errorf("answer_recall %v, want 0 for an answer beyond 200 characters", *r.AnswerRecall)
	}
	if want := 2 * 4. / (4 + 6); math.Abs(*r.AnswerRougeL-want) > 1e-9 {
		t.Errorf("answer_rouge_l %v, want %v", *r.AnswerRougeL, want)
	}
}

func TestLeftOut(t *testing.T) {
	yes, no := true, false
	for _, c := range []struct {
		query Query
		want  bool
	}{
		{Query{}, false}, {Query{GenericReply: true}, true}, {Query{StrictUnanswerable: &no}, true}, {Query{StrictUnanswerable: &yes}, false},
	} {
		if got := c.query.leftOut(); got != c.want {
			t.Errorf("%+v: left out %v, want %v", c.query, got, c.want)
		}
	}
}

func TestLimitTakesTheSmallestHashes(t *testing.T) {
	queries := []Query{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}}
	first, _ := Config{Queries: queries, Limit: 2}.items()
	second, _ := Config{Queries: []Query{queries[3], queries[1], queries[0], queries[2]}, Limit: 2}.items()
	if len(first) != 2 || first[0].ID != second[0].ID || first[1].ID != second[1].ID {
		t.Errorf("%v and %v: the order of the file decides", first, second)
	}
}
