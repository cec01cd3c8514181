package retrieval

import (
	"strings"
	"testing"
)

// outline makes a document of lines "depth label heading", each a section that
// ends where the next of its depth or above begins.
func outline(lines ...string) *Document {
	levels := map[string]Level{
		"编": LevelBook, "章": LevelChapter, "节": LevelSubchapter, "条": LevelArticle, "款": LevelParagraph,
		"一": LevelOutline1, "(一)": LevelOutline2, "1": LevelOutline3, "(1)": LevelOutline4, "题": LevelTitle,
	}
	d := &Document{}
	var open []int
	for _, line := range lines {
		parts := strings.Split(line, "|")
		depth := len(parts[0])
		for len(open) > depth {
			d.Sections[open[len(open)-1]].End = len(d.Text)
			open = open[:len(open)-1]
		}
		s := Section{Parent: -1, Level: levels[parts[1]], Label: parts[2], Heading: parts[3], Start: len(d.Text)}
		if depth > 0 {
			s.Parent = open[depth-1]
		}
		open = append(open, len(d.Sections))
		d.Text += parts[2] + parts[3]
		s.Body = len(d.Text)
		d.Text += "\n" + "正文" + "\n"
		d.Sections = append(d.Sections, s)
	}
	for _, i := range open {
		d.Sections[i].End = len(d.Text)
	}
	return d
}

func TestClauseAt(t *testing.T) {
	for _, test := range []struct {
		name   string
		d      *Document
		clause string
		path   string
	}{
		{"report", outline("|一|一、|成效", " |(一)|(五)|法律服务", "  |1|2.|援助"), "一、(五)2.", "成效 法律服务 援助"},
		{"deepest outline", outline("|一|一、|甲", " |(一)|(一)|乙", "  |1|1.|丙", "   |(1)|(3)|丁"), "一、(一)1.(3)", "甲 乙 丙 丁"},
		{"law", outline("|编|第一编|总则", " |章|第一章|规定", "  |条|第十二条|", "   |款|第二款|", "    |(一)|(三)|", "     |1|1.|"),
			"第十二条第二款第(三)项第1目", "总则 规定"},
		{"chapter without 条", outline("|章|第二章|组织", " |一|四、|会议"), "第二章四、", "组织 会议"},
		{"heading without a number", outline("|题||办理地点"), "", "办理地点"},
		{"no sections", &Document{Text: "正文"}, "", ""},
	} {
		offset := len(test.d.Text) - 2
		if got := test.d.ClauseAt(offset); got != test.clause {
			t.Errorf("%s: clause %q, want %q", test.name, got, test.clause)
		}
		if got := test.d.HeadingPath(offset); got != test.path {
			t.Errorf("%s: path %q, want %q", test.name, got, test.path)
		}
	}
}

func TestSectionAt(t *testing.T) {
	d := outline("|一|一、|甲", " |(一)|(一)|乙", "|一|二、|丙")
	for i, s := range d.Sections {
		for _, offset := range []int{s.Start, s.Body, s.End - 1} {
			at := d.SectionAt(offset)
			inside := offset >= d.Sections[at].Start && offset < d.Sections[at].End
			if !inside || at < i {
				t.Errorf("section %d at byte %d: %d", i, offset, at)
			}
		}
	}
	if got := d.SectionAt(len(d.Text)); got != -1 {
		t.Errorf("behind the text: %d", got)
	}
	if got := (&Document{}).SectionAt(0); got != -1 {
		t.Errorf("no sections: %d", got)
	}
}
