// Package traditional puts Simplified text into Traditional characters for
// display, character for character, with the tables of OpenCC (s2t) and a
// dictionary of our own that wins over them. Regional vocabulary is never put
// in: 软件 stays 軟件. Searching does not use it; it works on the folded text.
package traditional

import (
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"
)

// Text is a text put into Traditional characters, with the way back to the
// original: the n-th character of one is the n-th of the other.
type Text struct {
	Traditional string
	// drifts are the ends of characters that take more or fewer bytes than
	// before, in order; between them both texts run alike.
	drifts []drift
}

// drift is a place in both texts, in bytes.
type drift struct{ traditional, original int }

// Convert puts s into Traditional characters. Addresses of the web and 文号
// stay as they are, like every character that has no entry. Its time is linear in the
// length of s.
func Convert(s string) Text {
	c := &conversion{tables: loaded()}
	c.Grow(len(s) + len(s)/64)
	at := 0
	for _, keep := range kept(s) {
		c.convert(s[at:keep[0]])
		c.copy(s[keep[0]:keep[1]])
		at = keep[1]
	}
	c.convert(s[at:])
	return Text{Traditional: c.String(), drifts: c.drifts}
}

// Original gives the offset in the original of an offset in the Traditional
// text. The beginning of a character leads to the beginning of a character.
func (t Text) Original(at int) int {
	next := sort.Search(len(t.drifts), func(i int) bool { return t.drifts[i].traditional > at })
	var before drift
	if next > 0 {
		before = t.drifts[next-1]
	}
	original := before.original + at - before.traditional
	if next < len(t.drifts) { // an offset within a character that grew
		original = min(original, t.drifts[next].original)
	}
	return original
}

// Offset gives the offset in the Traditional text of an offset in the original;
// it is the inverse of Original.
func (t Text) Offset(original int) int {
	next := sort.Search(len(t.drifts), func(i int) bool { return t.drifts[i].original > original })
	var before drift
	if next > 0 {
		before = t.drifts[next-1]
	}
	at := before.traditional + original - before.original
	if next < len(t.drifts) {
		at = min(at, t.drifts[next].traditional)
	}
	return at
}

// Written reports whether a text is written in Traditional characters: it has
// one that Simplified texts do not use, and none that only they use.
func Written(s string) bool {
	tables := loaded()
	written := false
	for _, r := range s {
		if tables.onlySimplified[r] {
			return false
		}
		written = written || tables.onlyTraditional[r]
	}
	return written
}

// inPath is a character of an address behind its host.
const inPath = `[^\s<>"“”‘’，。；：、！？（）《》【】〔〕「」『』]`

var (
	// address is an address of the web. Its path may hold Chinese characters, up
	// to the name of a kind of file, behind which the text goes on.
	address = regexp.MustCompile(`(?:[A-Za-z][A-Za-z0-9+.-]*://|www\.)[A-Za-z0-9.:@_~%-]+` +
		`(?:[/?#]` + inPath + `*?\.(?:s?html|htm|jsp|aspx?|php|pdf|docx?|xlsx?|wps|ofd|zip|rar)(?:[?#][!-~]*)?|[/?#]` + inPath + `*)?`)
	// docNo is a 文号, with up to six characters of its agency's code and what
	// runs into it from before.
	docNo = regexp.MustCompile(`\p{Han}{1,6}\s?[〔\[【（(]\s?(?:19|20)\d{2}\s?[〕\]】）)]\s?第?\d{1,5}\s?号`)
	// lead are words that stand right before a 文号.
	lead = regexp.MustCompile(`根据|依据|按照|依照|遵照|参照|对照|印发|转发|执行|落实|文件|通知|规定|关于|符合|以及|即|的|和|与|及|或|见|以|由|为|按|照|是|在`)
)

// kept gives the byte ranges of s that are not converted, in order.
func kept(s string) [][]int {
	var ranges [][]int
	if strings.Contains(s, "://") || strings.Contains(s, "www.") {
		ranges = address.FindAllStringIndex(s, -1)
	}
	if strings.Contains(s, "号") {
		for _, found := range docNo.FindAllStringIndex(s, -1) {
			if leads := lead.FindAllStringIndex(s[found[0]:found[1]], -1); leads != nil {
				found[0] += leads[len(leads)-1][1]
			}
			ranges = append(ranges, found)
		}
	}
	sort.Slice(ranges, func(i, j int) bool { return ranges[i][0] < ranges[j][0] })
	apart := ranges[:0]
	for _, r := range ranges {
		if len(apart) == 0 || r[0] >= apart[len(apart)-1][1] {
			apart = append(apart, r)
		}
	}
	return apart
}

// conversion is a text on its way.
type conversion struct {
	strings.Builder
	*tables
	read   int // bytes of the original
	drifts []drift
}

// convert puts s into Traditional characters. What our dictionary holds is
// found first, so that no phrase of OpenCC can run into it from before
// (空白发票 has no 白髮).
func (c *conversion) convert(s string) {
	from := 0
	for at := 0; at < len(s); {
		simplified, traditional := c.ours.longest(s[at:])
		if simplified == "" {
			at += width(s[at:])
			continue
		}
		c.phrases(s[from:at])
		c.replace(simplified, traditional)
		at += len(simplified)
		from = at
	}
	c.phrases(s[from:])
}

// phrases converts by the phrases of OpenCC, and by its characters between them.
func (c *conversion) phrases(s string) {
	for at := 0; at < len(s); {
		simplified, traditional := c.opencc.longest(s[at:])
		if simplified == "" {
			simplified = s[at : at+width(s[at:])]
			traditional = simplified
			if t, ok := c.characters[simplified]; ok {
				traditional = t
			}
		}
		c.replace(simplified, traditional)
		at += len(simplified)
	}
}

// replace writes traditional, which has as many characters as simplified.
func (c *conversion) replace(simplified, traditional string) {
	if len(simplified) == len(traditional) {
		c.copy(traditional)
		return
	}
	for simplified != "" {
		from, to := width(simplified), width(traditional)
		c.read += from
		c.WriteString(traditional[:to])
		if from != to {
			c.drifts = append(c.drifts, drift{traditional: c.Len(), original: c.read})
		}
		simplified, traditional = simplified[from:], traditional[to:]
	}
}

// copy writes s, which takes as many bytes as what it stands for.
func (c *conversion) copy(s string) {
	c.read += len(s)
	c.WriteString(s)
}

// width is the length in bytes of the first character of s.
func width(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}
