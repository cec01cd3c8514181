package bot

import (
	"context"
	"strings"
	"testing"

	"zhiwen/retrieval"
)

// permits is a made-up collection of two guides.
func permits() *shelfOf {
	return collection(
		retrieval.Document{Meta: retrieval.Meta{Title: "居住证办理指南", URL: "http://county.example/permit/1.html"}, Text: "申请居住证应当提交身份证和居住地住址证明。\n居住证工本费全免。\n自受理之日起15日内发放居住证。\n"},
		retrieval.Document{Meta: retrieval.Meta{Title: "社保卡补办指南", URL: "http://county.example/card/2.html"}, Text: "补办社保卡应当提交身份证。\n补办社保卡每张收取工本费16元。\n补办社保卡当场办结。\n"},
	)
}

type sitePages map[string]string

func (p sitePages) DocumentOf(_ context.Context, url string) (string, error) {
	if id, ok := p[url]; ok {
		return id, nil
	}
	return "", retrieval.ErrNotFound
}

func TestMeaning(t *testing.T) {
	b := newTestBot(t, permits())
	b.Pages = sitePages{"http://county.example/card/2.html": "doc2"}
	permit := []Turn{{Question: "居住证怎么办理", Answer: Answer{Status: StatusAnswered}}}
	for _, c := range []struct {
		name, question, page string
		turns                []Turn
		understood, text     string
		quote                string
	}{
		{"as typed", "补办社保卡要多少钱", "", nil, "", "", "工本费16元"},
		{"in Traditional", "補辦社保卡要多少錢", "", nil, "", "", "工本費16元"},
		{"a typing error", "补办社宝卡要多少钱", "", nil, "补办社保卡要多少钱", "已按“补办社保卡要多少钱”查找。", "工本费16元"},
		{"in pinyin", "bubanshebaoka yao duoshao qian", "", nil, "补办社保卡要多少钱", "已按“补办社保卡要多少钱”查找。", "工本费16元"},
		{"after a turn", "要提交什么", "", permit, "居住证要提交什么", "已按“居住证要提交什么”查找。", "居住地住址证明"},
		{"on a stored page", "要多少钱", "/doc/doc2#s0-9", nil, "社保卡补办指南 要多少钱", "已在您打开的《社保卡补办指南》中查找。", "工本费16元"},
		{"on a page of the site", "要多少钱", "http://county.example/card/2.html", nil, "社保卡补办指南 要多少钱", "《社保卡补办指南》", "工本费16元"},
		{"a matter of its own on a page", "居住证工本费要多少钱", "/doc/doc2", nil, "", "", "工本费全免"},
		{"on a page that is not stored", "补办社保卡要多少钱", "/doc/none", nil, "", "", "工本费16元"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := b.Ask(context.Background(), Request{Question: c.question, Page: c.page, Turns: c.turns}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if a.Understood != c.understood || !strings.Contains(a.Text, c.text) || !strings.Contains(a.Text, c.quote) {
				t.Errorf("understood %q, want %q: %s", a.Understood, c.understood, a.Text)
			}
			if c.understood == "" && strings.Contains(a.Text, "查找。") {
				t.Errorf("it says how it was understood without need: %s", a.Text)
			}
		})
	}
}

func TestGuardSeesWhatIsMeant(t *testing.T) {
	a, err := newTestBot(t, permits()).Ask(context.Background(), Request{Question: "wo yao tousu"}, nil)
	if err != nil || a.Status != StatusHandoff {
		t.Errorf("status %s, %v: %s", a.Status, err, a.Text)
	}
}

func TestPersonalDataAreNotRepeated(t *testing.T) {
	a, err := newTestBot(t, permits()).Ask(context.Background(), Request{Question: "补办社宝卡11010119000101000X到账没"}, nil)
	if err != nil || a.Status != StatusPersonal || a.Understood != "" || strings.Contains(a.Text, "1101") {
		t.Errorf("%s, %v, understood %q: %s", a.Status, err, a.Understood, a.Text)
	}
}

func TestDictated(t *testing.T) {
	for said, want := range map[string]string{
		"二零二三年办了多少件": "2023年办了多少件", "一九四九年": "1949年", "二〇二二年到二〇二三年": "2022年到2023年", "一二三四年级": "一二三四年级",
	} {
		if got := dictated(said); got != want {
			t.Errorf("%s is %s, want %s", said, got, want)
		}
	}
	q := understand("我想问一下那个居住证怎么办理然后要带什么材料", clock)
	if len(q.Parts) != 2 {
		t.Errorf("parts %q, want two", q.Parts)
	}
}

func TestParseSynonyms(t *testing.T) {
	table, err := ParseSynonyms("# ours\n\n身分證\t身份证\n")
	if err != nil || len(table) != 1 || table[0].Everyday != "身分证" {
		t.Errorf("%v, %v", table, err)
	}
	if _, err := ParseSynonyms("打官司\t应诉\n没有制表符\n"); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a line without a tab: %v", err)
	}
	b, err := New(Config{Search: &retrieval.Searcher{Index: permits()}, Documents: permits(), Synonyms: func() []Synonym { return []Synonym{{"暂住证", []string{"居住证"}}} }, Now: fixedClock})
	if err != nil {
		t.Fatal(err)
	}
	e, err := b.Examine(context.Background(), Request{Question: "暂住证要带什么"}, 0)
	if err != nil || len(e.Question.Also) == 0 {
		t.Errorf("the operator's synonyms are not used: %+v, %v", e.Question, err)
	}
}
