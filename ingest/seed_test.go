package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhiwen/ingest/pdf"
	"zhiwen/retrieval"
)

const seedReport = "seed/绩溪县2023年度法治政府建设工作情况报告.txt"

// read reads a source through the table of formats and checks the invariants.
func read(t testing.TB, src Source) (Page, error) {
	t.Helper()
	page, err := parse(t, src)
	if err == nil {
		checkDocument(t, document(page), page.Marks)
	}
	return page, err
}

// parse reads a source through the table of formats.
func parse(t testing.TB, src Source) (Page, error) {
	t.Helper()
	html, err := newHTMLReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	pdfs := pdf.Reader{Cache: filepath.Join(os.TempDir(), "zhiwen-test-pdfium")}
	defer pdfs.Close()
	f, err := formatOf(formats(html, &pdfs), src)
	if err != nil {
		return Page{}, err
	}
	return f.read(t.Context(), src)
}

func document(p Page) retrieval.Document {
	p.Meta.ID = "doc"
	return retrieval.Document{Meta: p.Meta, Text: p.Text, Sections: Sections(p.Text, p.Marks)}
}

func readSeed(t *testing.T) (Page, string) {
	t.Helper()
	path := sharedPath(t, seedReport)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page, err := read(t, Source{Name: path, Bytes: b})
	if err != nil {
		t.Fatal(err)
	}
	return page, string(b)
}

func TestSeedMeta(t *testing.T) {
	page, _ := readSeed(t)
	want := retrieval.Meta{
		Title:     "绩溪县2023年度法治政府建设工作情况报告",
		Publisher: "司法局",
		Published: "2024-02-28 15:48",
		Column:    "坚持依法行政 建设法治绩溪 > 法治政府建设 > 年度报告",
		Kind:      retrieval.KindReport,
	}
	if page.Meta != want {
		t.Errorf("meta is\n%+v, want\n%+v", page.Meta, want)
	}
}

// TestSeedText: furniture is gone, all else is there as the source has it.
func TestSeedText(t *testing.T) {
	page, source := readSeed(t)
	if !strings.HasPrefix(page.Text, "2023年,绩溪县坚持") || !strings.HasSuffix(page.Text, "\n暂无。") {
		t.Errorf("text is %.60q … %q", page.Text, page.Text[len(page.Text)-60:])
	}
	for l := range strings.SplitSeq(page.Text, "\n") {
		if isBlank(l) || !strings.Contains(source, l) {
			t.Errorf("line %q is not the source's", l)
		}
	}
	for _, kept := range []string{"成效\u00a0\n", "119次落实", "等都普法活动", "不规范的情形\n", "8.69%"} {
		if !strings.Contains(page.Text, kept) {
			t.Errorf("%q is not kept", kept)
		}
	}
}

// TestSeedLabels: the whole tree of requirements 0.2, by its labels.
func TestSeedLabels(t *testing.T) {
	page, _ := readSeed(t)
	doc := document(page)
	var b strings.Builder
	for i, s := range doc.Sections {
		if s.Parent < 0 {
			b.WriteByte('\n')
		}
		b.WriteString(doc.ClauseAt(s.Start) + " ")
		if !strings.HasPrefix(doc.Text[s.Start:], s.Label+s.Heading) {
			t.Errorf("section %d, %s, begins with %q", i, s.Label, doc.Text[s.Start:s.Body])
		}
	}
	const want = `
一、 一、(一) 一、(一)1. 一、(一)2. 一、(一)3. 一、(二) 一、(二)1. 一、(二)2. 一、(二)3. 一、(三) 一、(三)1. 一、(三)2. ` +
		`一、(四) 一、(四)1. 一、(四)2. 一、(四)3. 一、(五) 一、(五)1. 一、(五)2. 一、(五)3. 一、(六) 
二、 二、(一) 二、(二) 二、(三) 
三、 三、(一) 三、(二) 三、(三) 三、(四) 三、(五) 三、(六) 
四、 `
	if b.String() != want {
		t.Errorf("the tree is %s\nwant%s", b.String(), want)
	}
}

// TestSeedTree: the figures of requirements 0.2.
func TestSeedTree(t *testing.T) {
	page, _ := readSeed(t)
	doc := document(page)
	count := map[retrieval.Level]int{}
	headingOnly, runIn := 0, 0
	for _, s := range doc.Sections {
		count[s.Level]++
		if s.Level != retrieval.LevelOutline2 {
			continue
		}
		rest, _, _ := strings.Cut(doc.Text[s.Body:s.End], "\n")
		if isBlank(rest) {
			headingOnly++
		} else {
			runIn++
		}
	}
	if len(doc.Sections) != 33 || count[retrieval.LevelOutline1] != 4 || count[retrieval.LevelOutline2] != 15 || count[retrieval.LevelOutline3] != 14 {
		t.Errorf("sections by level: %v, want 4, 15 and 14", count)
	}
	if headingOnly != 6 || runIn != 9 {
		t.Errorf("level 2: %d heading-only, %d run-in; want 6 and 9", headingOnly, runIn)
	}
}

func TestSeedClauses(t *testing.T) {
	page, _ := readSeed(t)
	doc := document(page)
	for _, test := range []struct{ text, clause, path string }{
		{"法律援助案件247件", "一、(五)2.", "上一年度法治政府建设的主要举措和成效 依法处置突发事件、提供公共法律服务和化解社会矛盾纠纷等情况 优化法律服务供给"},
		{"县级权责清单共3326项", "一、(二)1.", "上一年度法治政府建设的主要举措和成效 推进政府机构职能优化、推进“放管服”改革、优化法治化营商环境等情况 持续深化“放管服”改革"},
		{"败诉率为8.69%", "一、(六)", "上一年度法治政府建设的主要举措和成效 规范行政权力制约监督情况"},
		{"不规范的情形", "二、(二)", "上一年度法治政府建设存在的不足和原因 在干部法治素养和能力提升方面"},
		{"暂无。", "四、", "其他需要报告的情况"},
		{"锐意进取", "", ""},
	} {
		at := strings.Index(doc.Text, test.text)
		if got := doc.ClauseAt(at); got != test.clause {
			t.Errorf("%s stands in %q, want %q", test.text, got, test.clause)
		}
		if got := doc.HeadingPath(at); got != test.path {
			t.Errorf("%s stands under %q, want %q", test.text, got, test.path)
		}
	}
}
