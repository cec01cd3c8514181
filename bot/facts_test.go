package bot

import (
	"strings"
	"testing"

	"zhiwen/retrieval"
)

// statute is a made-up rule of two articles with its date.
func statute() *shelfOf {
	s := collection(retrieval.Document{Meta: retrieval.Meta{
		Title: "青石县图书借阅条例", DocNo: "青政〔2022〕7号", Publisher: "青石县人民政府", Published: "2022-03-01 09:00",
	}, Text: "第一条 借书的人应当出示借阅证，每次可以借五册。\n第二条 遗失图书的，按照定价赔偿。\n第三条 本条例自2022年5月1日起施行。\n"})
	d := s.docs["doc1"]
	at := 0
	for line := range strings.Lines(d.Text) {
		d.Sections = append(d.Sections, retrieval.Section{
			Parent: -1, Level: retrieval.LevelArticle, Label: line[:len("第一条")], Start: at, Body: at + len("第一条 "), End: at + len(line),
		})
		at += len(line)
	}
	s.docs["doc1"] = d
	return s
}

func TestAboutDocument(t *testing.T) {
	b := newTestBot(t, statute())
	for _, c := range []struct {
		question string
		status   Status
		want     string
	}{
		{"青石县图书借阅条例是哪天发布的", StatusAnswered, "《青石县图书借阅条例》的发布日期是2022-03-01。[1]"},
		{"青石县图书借阅条例是哪个单位发的", StatusAnswered, "的发布单位是青石县人民政府。"},
		{"青石县图书借阅条例的文号是多少", StatusAnswered, "青政〔2022〕7号"},
		{"青石县图书借阅条例什么时候开始施行", StatusAnswered, "本条例自2022年5月1日起施行。"},
		{"青石县图书借阅条例第几条讲遗失图书怎么赔偿", StatusAnswered, "《青石县图书借阅条例》第二条：\n第二条 遗失图书的"},
		{"青石县图书借阅条例第二条规定了什么", StatusAnswered, "按照定价赔偿"},
		{"青石县图书借阅条例第40条规定了什么", StatusNoAnswer, "《青石县图书借阅条例》里没有第40条"},
	} {
		a, err := b.Ask(t.Context(), Request{Question: c.question}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if a.Status != c.status || !strings.Contains(a.Text, c.want) {
			t.Errorf("%s: %s: %s; want %s with %q", c.question, a.Status, a.Text, c.status, c.want)
		}
	}
}

// TestLists holds a list that is asked for to be whole, or to say that it is not.
func TestLists(t *testing.T) {
	text := "有下列情形之一的，免收押金：\n（一）满七十岁的；\n（二）在校学生；\n（三）残疾人。\n其他人收押金十元。"
	doc := &retrieval.Document{Text: text}
	at := strings.Index(text, "（二）")
	lead := evidence{Window{Start: at, End: at + len("（二）在校学生；"), Text: "（二）在校学生；", Passage: retrieval.Passage{Chunk: retrieval.Chunk{End: len(text), Text: text}}}, doc}
	if n := cutList(Question{Want: WantList}, lead); n != 3 {
		t.Errorf("a part of a list of 3 items says that there are %d", n)
	}
	if got, want := wholeList(lead).Text, text[:strings.Index(text, "\n其他人")]; got != want {
		t.Errorf("the whole list is %q, want %q", got, want)
	}
	line, ok := announced(lead)
	if !ok || line.Text != "有下列情形之一的，免收押金：" {
		t.Errorf("it is announced by %q", line.Text)
	}
}

func TestHanNumber(t *testing.T) {
	for n, want := range map[int]string{1: "一", 10: "十", 12: "十二", 20: "二十", 35: "三十五", 120: "120"} {
		if got := hanNumber(n); got != want || n < 100 && retrieval.ParseNumeral(got) != n {
			t.Errorf("%d is written %q, want %q", n, got, want)
		}
	}
}

func TestInCase(t *testing.T) {
	for _, c := range []struct{ before, question, want string }{
		{"居住证丢了自己去补要带什么", "要是坏了呢要带什么", "居住证要是坏了呢要带什么"},
		{"居住证第一次办要带啥", "那要等几天", "居住证第一次办要等几天"},
		{"居住证要带啥", "丢了呢", "丢了,居住证要带啥"},
	} {
		if got := followUp(c.question, []string{c.before}, clock); got != c.want {
			t.Errorf("after %s: %s is %s, want %s", c.before, c.question, got, c.want)
		}
	}
}
