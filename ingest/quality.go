package ingest

import (
	"strings"
	"unicode"
)

// poorQuality is the score below which a document is reported with a warning.
const poorQuality = 0.8

// quality is the share of characters that a Chinese official text is made of,
// 0 to 1; unreadable ones count ten times against it.
func quality(text string) float64 {
	total, good, broken := 0, 0, 0
	for _, r := range text {
		if isSpace(r) {
			continue
		}
		total++
		switch {
		case r == unicode.ReplacementChar:
			broken++
		case unicode.Is(unicode.Han, r), 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', isArabic(r):
			good++
		case strings.ContainsRune("，。、；：？！“”‘’（）《》〔〕【】—…·％,.;:?!()[]<>\"'%/-+=*@&#~|_①②③④⑤⑥⑦⑧⑨⑩℃㎡×", r):
			good++
		}
	}
	if total == 0 {
		return 0
	}
	return roundTo(max(0, float64(good-10*broken)/float64(total)), 3)
}
