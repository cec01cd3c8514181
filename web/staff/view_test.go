package staff

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"zhiwen/bot/check"
)

func sampleCheck() check.Saved {
	segment := func(text string, start int, v check.Verdict, r check.Reason) check.Segment {
		return check.Segment{Text: text, Start: start, End: start + len(text), Verdict: v, Reason: r, Matches: []check.Match{}}
	}
	draft := "标题\n一致的一句。  标点，不同。\n\n数字33件。条款错的一句。\n\x01尾巴"
	at := func(text string) int { return strings.Index(draft, text) }
	figure := segment("数字33件。", at("数字33件。"), check.Altered, check.ReasonFigure)
	figure.Matches = []check.Match{{Title: "甲<b>", Quote: "数字32件。", Role: check.RoleSource, Diff: []check.Op{
		{Op: check.Equal, Text: "数字"}, {Op: check.Delete, Text: "32"}, {Op: check.Insert, Text: "33"}, {Op: check.Equal, Text: "件。"},
	}}}
	return check.Saved{
		ID: "x", Owner: "安", Title: "标题 & <引号>", Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Draft: draft,
		Report: check.Report{
			Segments: []check.Segment{
				segment("标题", 0, check.Verbatim, check.ReasonTitle), segment("一致的一句。", at("一致"), check.Verbatim, ""),
				segment("标点，不同。", at("标点"), check.Altered, check.ReasonPunctuation), figure,
				segment("条款错的一句。", at("条款"), check.ReferenceWrong, check.ReasonOtherClause),
				segment("\x01尾巴", at("\x01尾巴"), check.NotFound, ""),
			},
			Findings: []check.Finding{{Kind: check.FindingSum, State: check.Differs, Text: "1＋1＝2，与所写的3不符。", Spans: []check.Span{}}},
			Missing:  []check.Missing{{Title: "某办法", Segments: []int{5}}},
		},
		Notes: map[int]check.Note{3: {Decision: check.Ignored, Why: "口径]]>不同", By: "安"}},
	}
}

// TestView: the worst comes first, or the order of the text, and the lines are
// the draft's.
func TestView(t *testing.T) {
	for worst, want := range map[bool][]int{true: {4, 3, 2, 5}, false: {2, 3, 4, 5}} {
		v := newResultView(sampleCheck(), worst)
		var got []int
		for _, c := range v.Cards {
			got = append(got, c.N)
		}
		if !slices.Equal(got, want) {
			t.Errorf("worst first is %v: cards %v, want %v", worst, got, want)
		}
		var text []string
		for _, line := range v.Lines {
			var b strings.Builder
			for _, p := range line {
				b.WriteString(p.Text)
			}
			text = append(text, b.String())
		}
		if got, want := strings.Join(text, "\n"), strings.ReplaceAll(sampleCheck().Draft, "\n\n", "\n"); got != want {
			t.Errorf("lines %q, want %q", got, want)
		}
	}
	if c := newResultView(sampleCheck(), true).Cards[1]; c.Ops == nil || c.Matches[0].Ops != nil || c.NoteWords != "已忽略：口径]]>不同" {
		t.Errorf("%+v", c)
	}
}

// TestDOCX: every part of the package is well-formed XML, whatever the draft
// holds, and each sentence that needs a look has its comment.
func TestDOCX(t *testing.T) {
	var file bytes.Buffer
	if err := writeDOCX(&file, newResultView(sampleCheck(), false)); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(b)
		for d := xml.NewDecoder(bytes.NewReader(b)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	for _, name := range []string{"[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/comments.xml", "word/styles.xml", "word/_rels/document.xml.rels"} {
		if parts[name] == "" {
			t.Errorf("no part %s", name)
		}
	}
	if n := strings.Count(parts["word/comments.xml"], "<w:comment "); n != 4 || n != strings.Count(parts["word/document.xml"], "<w:commentReference") {
		t.Errorf("%d comments", n)
	}
	for _, want := range []string{"〔删除：32〕", "〔增加：33〕", "标题 &amp; &lt;引号&gt;", "某办法", "【不符】"} {
		if !strings.Contains(parts["word/document.xml"], want) {
			t.Errorf("the document lacks %q", want)
		}
	}
}
