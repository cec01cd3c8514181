package main

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhiwen/bot"
	"zhiwen/ingest/jsonl"
)

const cityOrdinances = "../../../shared/eval/city_ordinances/docs.jsonl.gz"

// offence is something that ordinances of many cities fine, as people say it and
// as the ordinances do.
type offence struct{ said, written string }

var offences = []offence{
	{"随地吐痰", "随地吐痰"}, {"乱扔垃圾", "乱扔"}, {"高空抛物", "抛物|抛掷|抛撒"}, {"遛狗不牵绳", "犬"}, {"狗拉屎不清理", "犬.{0,20}粪"},
	{"闯红灯", "信号灯|红灯"}, {"乱贴小广告", "张贴|小广告"}, {"公共场所抽烟", "吸烟"}, {"烧纸钱", "焚烧"}, {"跳广场舞吵人", "噪声|噪音|音量"},
	{"车窗扔东西", "车.{0,8}抛|向车外"}, {"占用盲道", "盲道"}, {"楼道堆东西", "楼道|公共通道|消防通道|共用"},
}

// cityQuestion asks for the fine of one city's ordinance.
type cityQuestion struct{ city, text string }

var (
	finePattern = regexp.MustCompile(`第[一二三四五六七八九十百]+条[^\n]*(?:\n[^第\n][^\n]*)*罚款[^\n]*`)
	cityPattern = regexp.MustCompile(`^(\p{Han}{2,7}?(?:市|自治州|州|盟|地区))\p{Han}*条例$`)
)

// cityQuestions makes n questions about cities whose ordinance fines what is
// asked, from the titles and texts of the documents.
func cityQuestions(t *testing.T, n int) []cityQuestion {
	t.Helper()
	var all []cityQuestion
	for doc, err := range jsonl.File[struct{ Title, Text string }](cityOrdinances) {
		if err != nil {
			t.Fatal(err)
		}
		m := cityPattern.FindStringSubmatch(doc.Title)
		if m == nil {
			continue
		}
		fines := strings.Join(finePattern.FindAllString(doc.Text, -1), "\n")
		for _, o := range offences {
			if regexp.MustCompile(o.written).MatchString(fines) {
				all = append(all, cityQuestion{m[1], o.said})
			}
		}
	}
	random := rand.New(rand.NewPCG(8, 3))
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	forms := []string{"%s%s罚款多少", "在%s%s要罚多少钱", "%s%s怎么处罚", "我想问下%s%s罚好多"}
	for i, q := range all[:n] {
		all[i].text = fmt.Sprintf(forms[i%len(forms)], q.city, q.text)
	}
	return all[:n]
}

// TestCities asks 200 questions over 198 ordinances that are nearly the same: no
// answer may come from another city, and without a city each asks back.
func TestCities(t *testing.T) {
	r := collectionOf(t, cityOrdinances)
	statuses := map[bot.Status]int{}
	named := 0
	for _, q := range cityQuestions(t, 200) {
		a, err := r.bot.Ask(t.Context(), bot.Request{Question: q.text}, nil)
		if err != nil {
			t.Fatal(err)
		}
		statuses[a.Status]++
		for _, c := range a.Citations {
			if !strings.Contains(c.Title, q.city) {
				t.Errorf("%s: answered from %s: %s", q.text, c.Title, a.Text)
			}
		}
		if a.Status != bot.StatusNoAnswer || len(a.Nearest) > 0 && strings.Contains(a.Nearest[0].Title, q.city) {
			named++
		}
	}
	t.Logf("%v, %d lead to the right city", statuses, named)
	if answered := statuses[bot.StatusAnswered] + statuses[bot.StatusPartial]; named < 195 || answered < 160 {
		t.Errorf("%d of 200 lead to the right city's text, and %d are answered from it", named, answered)
	}
	for _, o := range offences {
		for _, form := range []string{"%s罚款多少", "%s怎么处罚"} {
			question := fmt.Sprintf(form, o.said)
			a, err := r.bot.Ask(t.Context(), bot.Request{Question: question}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if a.Status != bot.StatusClarify || len(a.Suggestions) < 2 || len(a.Suggestions) > 4 || slices.Contains(a.Suggestions, "") {
				t.Errorf("%s: %s with choices %q: %s", question, a.Status, a.Suggestions, a.Text)
			}
		}
	}
}
