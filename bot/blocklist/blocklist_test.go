package blocklist

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestFind(t *testing.T) {
	lists, err := Parse("# ours\n[甲]\n办假证\n/加.{0,3}微信/\n[乙 questions]\n裸聊\n[丙 generated]\n包过\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		use  Use
		text string
		list string
		line int
	}{
		{Questions, "哪里办假证", "甲", 3},
		{Questions, "哪里 辦 假 證", "甲", 3},
		{Questions, "办\u200b假\u200b证", "甲", 3},
		{Generated, "请加 我 微信", "甲", 4},
		{Questions, "裸聊", "乙", 6},
		{Generated, "裸聊", "", 0},
		{Questions, "包过", "", 0},
		{Generated, "包过", "丙", 8},
		{Questions, "居住证怎么办", "", 0},
	} {
		rule, found := lists.Find(c.use, c.text)
		if rule.List != c.list || rule.Line != c.line || found != (c.list != "") {
			t.Errorf("%s %q: list %q line %d, want %q %d", c.use, c.text, rule.List, rule.Line, c.list, c.line)
		}
	}
}

func TestParseNamesTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"办假证\n":            "line 1",
		"[甲]\n\n/(/\n":     "line 3",
		"[甲]\n/x*/\n":      "found in every text",
		"[甲\n":             "line 1",
		"[甲 quotations]\n": "neither questions nor generated",
		"[甲]\n证\n":         "too short",
		"[甲]\n\xff\xff\n":  "not UTF-8",
		"[]\n":             "no head",
	} {
		_, err := Parse(text)
		var line *LineError
		if !errors.As(err, &line) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestDefault(t *testing.T) {
	lists, err := Default()
	if err != nil || len(lists) < 10 {
		t.Fatalf("%d rules, %v", len(lists), err)
	}
	for _, lawful := range []string{"假证怎么举报", "死亡证明在哪里开", "家暴怎么申请保护令", "网上赌博怎么举报", "枪支管理的规定", "发票怎么开"} {
		if rule, found := lists.Find(Questions, lawful); found {
			t.Errorf("%s is blocked by %q of %s", lawful, rule.Text, rule.List)
		}
	}
}

// TestFileIsReadAnew: an edit is taken without a restart; a broken one keeps the
// last good lists and is said once, with its line.
func TestFileIsReadAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lists.txt")
	write := func(text string, age time.Duration) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(age)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	var log bytes.Buffer
	write("[甲]\n苹果\n", -time.Hour)
	f, err := Open(path, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	ask := func(text string, want bool) {
		t.Helper()
		f.checked = time.Time{} // it is time to look again
		if _, found := f.Find(Questions, text); found != want {
			t.Errorf("%s: found %v", text, found)
		}
	}
	ask("苹果", true)
	write("[甲]\n香蕉\n", -time.Minute)
	ask("苹果", false)
	ask("香蕉", true)
	write("[甲]\n/(/\n", 0)
	ask("香蕉", true)
	ask("香蕉", true)
	if n := strings.Count(log.String(), "line 2"); n != 1 {
		t.Errorf("the broken line was named %d times: %s", n, log.String())
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	ask("香蕉", true)
	write("[甲]\n梨子\n", time.Minute)
	ask("梨子", true)
}

func TestOpenRefuses(t *testing.T) {
	if _, err := Open(filepath.Join(t.TempDir(), "none.txt"), slog.Default()); err == nil {
		t.Error("a missing file was opened")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("[甲]\n办假证\n/a+/\n")
	f.Add(defaultLists)
	f.Fuzz(func(t *testing.T, text string) {
		lists, err := Parse(text)
		if err != nil && lists != nil {
			t.Error("rules besides an error")
		}
		lists.Find(Questions, text)
		for _, rule := range lists {
			if rule.List == "" || rule.Text == "" || rule.Line == 0 {
				t.Errorf("rule %+v", rule)
			}
		}
	})
}
