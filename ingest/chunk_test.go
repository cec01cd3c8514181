package ingest

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"zhiwen/ingest/numbering"
	"zhiwen/retrieval"
)

// sizes are the characters of each chunk.
func sizes(chunks []retrieval.Chunk) []int {
	var n []int
	for _, c := range chunks {
		n = append(n, utf8.RuneCountInString(c.Text))
	}
	return n
}

// prose is n characters in sentences of ten.
func prose(n int) string { return strings.Repeat("为做好工作特此通知。", n/10) }

func TestChunks(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []int
		clauses    []string
	}{
		{"no headings, short", prose(500), []int{500}, []string{""}},
		{"no headings, cut at sentences", prose(1000), []int{330, 330, 340}, []string{"", "", ""}},
		{"paragraph borders preferred", prose(300) + "\n" + prose(300), []int{300, 300}, []string{"", ""}},
		{"a heading each", "一、甲\n" + prose(200) + "\n二、乙\n" + prose(200), []int{204, 204}, []string{"一、", "二、"}},
		{"short neighbours join", "一、甲\n" + prose(100) + "\n二、乙\n" + prose(100) + "\n三、丙\n" + prose(500), []int{209, 504}, []string{"一、", "三、"}},
		{"heading joins what is below", "一、甲\n（一）乙\n1.丙\n" + prose(200), []int{213}, []string{"一、（一）1."}},
		{"long section is cut", "一、甲\n" + prose(700), []int{354, 350}, []string{"一、", "一、"}},
		{"a whole 条", "第一条 " + prose(200) + "\n（一）甲；\n（二）乙。\n第二条 " + prose(200), []int{216, 204}, []string{"第一条", "第二条"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			doc := built(t, "题", test.text)
			chunks := Chunks(&doc, Marks{})
			var clauses []string
			for _, c := range chunks {
				clauses = append(clauses, c.Clause)
			}
			if got := sizes(chunks); !slices.Equal(got, test.want) || !slices.Equal(clauses, test.clauses) {
				t.Errorf("sizes %v of %q, want %v of %q", got, clauses, test.want, test.clauses)
			}
		})
	}
}

// TestChunksGuard: no cut falls into a title, a quotation or a row.
func TestChunksGuard(t *testing.T) {
	title := "《" + strings.Repeat("关于甲。", 20) + "》"
	for pad := range 60 {
		built(t, "题", prose(10*pad)+title+prose(600))
	}
	row := "名称：" + strings.Repeat("甲；", 150)
	text := prose(200) + "\n" + row + "\n" + row + "\n" + prose(200)
	marks := Marks{}
	for at := strings.Index(text, "名称"); len(marks.Rows) < 2; at += len(row) + 1 {
		marks.Rows = append(marks.Rows, Span{at, at + len(row)})
	}
	doc := retrieval.Document{Meta: retrieval.Meta{ID: "doc"}, Text: text, Sections: Sections(text, marks)}
	checkDocument(t, doc, marks)
}

func TestIndexTerms(t *testing.T) {
	meta := retrieval.Meta{Title: "甲县供暖办法", DocNo: "甲政办〔2023〕12号"}
	chunk := retrieval.Chunk{Text: "甲县供暖办法的正文。", Path: "总则"}
	if got := EmbeddingText(meta, chunk); got != "总则\n甲县供暖办法的正文。" {
		t.Errorf("title repeated: %q", got)
	}
	chunk.Text = "正文。"
	if got := EmbeddingText(meta, chunk); got != "甲县供暖办法\n总则\n正文。" {
		t.Errorf("embedding text %q", got)
	}
	terms := IndexTerms(meta, chunk)
	for _, want := range []string{"供暖", "总则", "正文", retrieval.TitleTerm(meta.Title), retrieval.DocNoTerm(meta.DocNo)} {
		if !slices.Contains(terms, want) {
			t.Errorf("no term %q in %q", want, terms)
		}
	}
}

// BenchmarkBuildEntry cuts and indexes a law of 300 条.
func BenchmarkBuildEntry(b *testing.B) {
	var text strings.Builder
	for n := range 300 {
		text.WriteString("第" + numbering.Chinese.Write(n+1) + "条 " + prose(80) + "\n（一）" + prose(60) + "\n（二）" + prose(60) + "\n")
	}
	doc := retrieval.Document{Meta: retrieval.Meta{ID: "doc", Title: "甲县办法"}, Text: text.String()}
	chunks := 0
	for b.Loop() {
		doc.Sections = Sections(doc.Text, Marks{})
		chunks += len(BuildEntry(doc, Marks{}).Chunks)
	}
	b.ReportMetric(float64(chunks)/b.Elapsed().Seconds(), "chunks/s")
}
