package retrieval

import (
	"sort"
	"strings"
)

// Level orders the marks that official texts number their parts with. The
// outline levels are those of GB/T 9704-2012, the others those of laws.
type Level int

// Levels from the outside in.
const (
	LevelTitle      Level = iota // a heading without a number (HTML, Markdown)
	LevelBook                    // 第一编
	LevelChapter                 // 第一章
	LevelSubchapter              // 第一节
	LevelArticle                 // 第一条
	LevelParagraph               // 款: an unnumbered paragraph of a 条
	LevelOutline1                // 一、
	LevelOutline2                // (一); within a 条 it is a 项
	LevelOutline3                // 1.; within a 条 it is a 目
	LevelOutline4                // (1)
)

// Section is one node of the heading tree.
//
// Start and End give the whole range in the text, heading and everything
// below included; [Start, Body) is the heading. A run-in heading ("(一)在…方面。
// 部分…") ends after its first sentence.
type Section struct {
	Parent  int    `json:"parent"` // index in Document.Sections, -1 at the top
	Level   Level  `json:"level"`
	Label   string `json:"label"`   // as cited: "一、", "(二)", "1.", "第十二条", "第二款"
	Heading string `json:"heading"` // without the label
	Start   int    `json:"start"`
	Body    int    `json:"body"`
	End     int    `json:"end"`
}

// SectionAt returns the index of the innermost section that holds the byte at
// offset, or -1.
func (d *Document) SectionAt(offset int) int {
	after := sort.Search(len(d.Sections), func(i int) bool { return d.Sections[i].Start > offset })
	i := after - 1
	for i >= 0 && d.Sections[i].End <= offset {
		i = d.Sections[i].Parent // the last to start has ended: one around it goes on
	}
	return i
}

// ClauseAt gives the clause path at a byte offset as it is cited:
// "一、(五)2." in a report, "第十二条第二款第(三)项" in a law. Empty where no
// numbered part holds the offset.
func (d *Document) ClauseAt(offset int) string {
	return d.clause(d.SectionAt(offset))
}

func (d *Document) clause(i int) string {
	var chain []Section
	inArticle := false
	for ; i >= 0; i = d.Sections[i].Parent {
		chain = append(chain, d.Sections[i])
		inArticle = inArticle || d.Sections[i].Level == LevelArticle
	}
	var b strings.Builder
	for i := len(chain) - 1; i >= 0; i-- {
		s := chain[i]
		switch {
		case inArticle && s.Level < LevelArticle:
			// 条 run through the whole law: 编, 章 and 节 are not cited with them.
		case inArticle && s.Level == LevelOutline2:
			b.WriteString("第" + s.Label + "项")
		case inArticle && s.Level == LevelOutline3:
			b.WriteString("第" + strings.TrimRight(s.Label, ".．、") + "目")
		default:
			b.WriteString(s.Label)
		}
	}
	return b.String()
}

// HeadingPath joins the headings down to the innermost section at offset; it
// goes into embeddings and terms, never into a quotation.
func (d *Document) HeadingPath(offset int) string {
	var parts []string
	for i := d.SectionAt(offset); i >= 0; i = d.Sections[i].Parent {
		if h := d.Sections[i].Heading; h != "" {
			parts = append(parts, h)
		}
	}
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	return strings.Join(parts, " ")
}
