package ingest

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"zhiwen/retrieval"
)

// Below these a document is reported with a warning.
const (
	poorLegibility = 0.8
	poorCoverage   = 0.6
)

// quality tells how far a document can be relied on, 0 to 1: legibility ×
// coverage.
//
//   - Legibility is the share of characters, white space left out, that official
//     texts are made of: the 3,755 common characters of GB 2312, letters, digits
//     and punctuation. A character that could not be read counts ten times against it.
//   - Coverage is the share of what the source shows that the text holds. Of an
//     HTML page, the characters of the body by those of the body and of the
//     paragraphs and table rows beside it that are neither links nor furniture;
//     of a PDF or OFD file, the pages with at least 20 characters by all
//     pages; 1 where all that is shown is read.
func quality(page Page) float64 {
	return roundTo(legibility(page.Text)*page.Coverage, 3)
}

// doubts says in words why the quality of a page is low.
func doubts(page Page) []string {
	var doubts []string
	if share := legibility(page.Text); share < poorLegibility {
		doubts = append(doubts, fmt.Sprintf("only %.0f%% of the characters are common ones; look whether the text is garbled", 100*share))
	}
	if page.Coverage < poorCoverage {
		doubts = append(doubts, fmt.Sprintf("the text holds only %.0f%% of what the source shows", 100*page.Coverage))
	}
	if broken := brokenDocNo.FindString(page.Text); broken != "" {
		doubts = append(doubts, fmt.Sprintf("a 文号 lacks its closing bracket: %q; characters may be lost", broken))
	}
	return doubts
}

// brokenDocNo finds 文号 that lost characters, as nested markup makes them do.
var brokenDocNo = regexp.MustCompile(`\p{Han}{2,8}〔(?:19|20)\d{2}[^〕\s]{1,4}`)

func legibility(text string) float64 {
	total, good, broken := 0, 0, 0
	for _, r := range retrieval.FoldString(text) {
		if isSpace(r) {
			continue
		}
		total++
		switch {
		case r == unicode.ReplacementChar:
			broken++
		case unicode.Is(unicode.Han, r):
			if isCommonHan(r) {
				good++
			}
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', isArabic(r):
			good++
		case strings.ContainsRune("，。、；：？！“”‘’（）《》〔〕【】—…·％,.;:?!()[]<>\"'%/-+=*@&#~|_①②③④⑤⑥⑦⑧⑨⑩℃㎡×", r):
			good++
		}
	}
	if total == 0 {
		return 0
	}
	return max(0, float64(good-10*broken)/float64(total))
}

// commonHan are the characters of GB 2312's first level, the most frequent ones,
// and 〇.
var commonHan = sync.OnceValue(func() map[rune]bool {
	common := map[rune]bool{'〇': true}
	gbk := simplifiedchinese.GBK.NewDecoder()
	for row := 0xB0; row <= 0xD7; row++ {
		for cell := 0xA1; cell <= 0xFE; cell++ {
			b, err := gbk.Bytes([]byte{byte(row), byte(cell)})
			if r, size := utf8.DecodeRune(b); err == nil && size == len(b) && unicode.Is(unicode.Han, r) {
				common[r] = true
			}
		}
	}
	return common
})

func isCommonHan(r rune) bool { return commonHan()[r] }

// pagesWithText is the share of pages that hold text; scans and pictures have
// none.
func pagesWithText(page Page, pages int) float64 {
	const least = 20 // characters
	filled := 0
	for i, start := range page.Pages {
		end := len(page.Text)
		if i+1 < len(page.Pages) {
			end = page.Pages[i+1]
		}
		if utf8.RuneCountInString(page.Text[start:end]) >= least {
			filled++
		}
	}
	return min(1, float64(filled)/float64(max(pages, 1)))
}
