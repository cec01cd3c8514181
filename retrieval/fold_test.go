package retrieval

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFoldString(t *testing.T) {
	for in, want := range map[string]string{
		"":                            "",
		"ＡＢＣ１２３":                      "abc123",
		"（一）：《办法》，":                   "(一):《办法》,",
		"績溪縣人民政府":                     "绩溪县人民政府",
		"a \t\r\n\u00a0\u3000 b":      "a b",
		"软\u00ad连\u200b字\ufeff符":      "软连字符",
		"㎡ Ⅲ ①":                       "m2 iii 1",
		"…":                           "...",
		"8.69%":                       "8.69%",
		"控\x00制\x07字":                 "控制字",
		"\U00020BB7野家":                "\U00020BB7野家",
		"\uf900\u2f00":                "岂一", // compatibility characters and radicals
		"´ ‾ﷺ":                        " صلى الله عليه وسلم",
		"bad \xff\xfe bytes":          "bad \ufffd\ufffd bytes",
		"国办发〔2017〕47号":                "国办发〔2017〕47号",
		"É":                           "é",
		"２０２４年 ２ 月":                   "2024年 2 月",
		"\u200e绩\u200f溪\u202a县\u202c": "绩溪县",
	} {
		if got := FoldString(in); got != want {
			t.Errorf("FoldString(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFoldedOriginal(t *testing.T) {
	const original = "发布：ＡＢ\u200b縣…《办法》\u3000\u3000完"
	f := Fold(original)
	for _, test := range []struct{ folded, original string }{
		{"发布:", "发布："},
		{"ab县", "ＡＢ\u200b縣"},
		{"县", "縣"},
		{"...", "…"},
		{".", "…"}, // half of a character gives the whole
		{"《办法》", "《办法》"},
		{" 完", "\u3000\u3000完"},
	} {
		start := strings.Index(f.Text, test.folded)
		if start < 0 {
			t.Errorf("%q is not in %q", test.folded, f.Text)
			continue
		}
		from, to := f.Original(start, start+len(test.folded))
		if got := original[from:to]; got != test.original {
			t.Errorf("original of %q is %q, want %q", test.folded, got, test.original)
		}
	}
	if from, to := f.Original(len(f.Text), len(f.Text)); from != len(original) || to != from {
		t.Errorf("the end maps to %d, %d; want %d", from, to, len(original))
	}
}

// checkFold holds a text to what folding promises.
func checkFold(t *testing.T, s string, at, size int) {
	t.Helper()
	f := Fold(s)
	if got := FoldString(s); got != f.Text {
		t.Fatalf("FoldString(%q) = %q, Fold %q", s, got, f.Text)
	}
	if !utf8.ValidString(f.Text) {
		t.Fatalf("Fold(%q) is not UTF-8", s)
	}
	if again := FoldString(f.Text); again != f.Text {
		t.Fatalf("Fold(%q) = %q folds again to %q", s, f.Text, again)
	}
	start := min(max(at, 0), len(f.Text))
	end := min(start+max(size, 0), len(f.Text))
	from, to := f.Original(start, end)
	if from < 0 || to < from || to > len(s) {
		t.Fatalf("Original(%d, %d) of %q = %d, %d", start, end, s, from, to)
	}
	if !runeStarts(s, from) || !runeStarts(s, to) {
		t.Fatalf("Original(%d, %d) of %q = %d, %d cuts a character", start, end, s, from, to)
	}
	// A whole range of folded characters is found again in what it came from.
	if runeStarts(f.Text, start) && runeStarts(f.Text, end) && !strings.Contains(FoldString(s[from:to]), f.Text[start:end]) {
		t.Fatalf("folded %q came from %q, which folds to %q", f.Text[start:end], s[from:to], FoldString(s[from:to]))
	}
}

func runeStarts(s string, at int) bool {
	return at == len(s) || utf8.RuneStart(s[at]) || !utf8.ValidString(s)
}

func FuzzFold(f *testing.F) {
	f.Add("发布时间：２０２４-02-28 \u00a0信息来源:司法局", 3, 9)
	f.Add("\xff\u200b…㎡ ﷺ", 1, 2)
	f.Add("  \u3000a\u0301 ", 0, 100)
	f.Fuzz(func(t *testing.T, s string, at, size int) { checkFold(t, s, at, size) })
}

func TestFoldRandom(t *testing.T) {
	pieces := []string{"县", "縣", "Ａ", " ", "\u3000", "\u200b", "…", "《", "》", "\xf0", "９", "ﬁ", "\u0301", "\r\n", "\U0001F600", "豈"}
	random := rand.New(rand.NewPCG(1, 1))
	for range 3000 {
		var b strings.Builder
		for range random.IntN(12) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		checkFold(t, b.String(), random.IntN(12), random.IntN(12))
	}
}
