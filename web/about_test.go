package web

import (
	"strings"
	"testing"
)

// TestAbout: a county's words take the place of ours or stand beside them, and
// are shown as they are written.
func TestAbout(t *testing.T) {
	sections, err := ParseAbout("\ufeff## 您的隐私\n本县只保存\n三十天。\n\n- 打码\n- 可删除\n\n## 办理时限\n投诉在<b>5个工作日</b>内答复。\n")
	if err != nil || len(sections) != 2 || sections[0].Paragraphs[0].Text != "本县只保存三十天。" || len(sections[0].Paragraphs[1].Items) != 2 {
		t.Fatalf("%+v, %v", sections, err)
	}
	s := newSite(t, script{}, newMemory(), func(c *Config) { c.Page.About = sections })
	_, page := s.get("/about")
	for _, want := range []string{"本县只保存三十天。", "<li>可删除</li>", "办理时限", "&lt;b&gt;5个工作日&lt;/b&gt;", "怎样标识", `id="complaint"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "使用智能问答不用登录") {
		t.Error("our section stands there, too")
	}
	for text, want := range map[string]string{"文字": "line 1 stands before", "## 空": `"空" has no heading or no text`, strings.Repeat("字", maxAbout+1): "at most"} {
		if _, err := ParseAbout(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.10s: %v", text, err)
		}
	}
}

// FuzzParseAbout: whatever a county writes, nothing panics, and what is taken
// has headings and text.
func FuzzParseAbout(f *testing.F) {
	f.Add("## 一\n文\n- 甲\n- 乙\n\n文")
	f.Add("- \n##  \n## x")
	f.Fuzz(func(t *testing.T, text string) {
		sections, err := ParseAbout(text)
		for _, s := range sections {
			if err == nil && (s.Heading == "" || len(s.Paragraphs) == 0) {
				t.Errorf("%q: %+v", text, s)
			}
		}
	})
}
