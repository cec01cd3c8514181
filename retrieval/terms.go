package retrieval

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Identifiers are kept whole beside the bigrams of their characters.
var (
	docNoPattern = regexp.MustCompile(`(\p{Han}{1,14})\s?[〔\[【(]\s?((?:19|20)\d{2})\s?[〕\]】)]\s?第?(\d{1,5})号`)
	clausePat    = regexp.MustCompile(`第([〇零一二三四五六七八九十百千两\d]{1,9})([条款项章节编])`)
	titlePattern = regexp.MustCompile(`《([^《》]{2,80})》`)
)

// Prefixes of identifier terms. They cannot come from running text, whose
// terms hold neither colon nor 《.
const (
	docNoPrefix  = "文号:"
	clausePrefix = "条:"
	titlePrefix  = "题名:"
)

// Terms cuts text into the terms of the lexical index, in order and with
// repetitions: overlapping bigrams of Han runs (a run of one character is a
// term of its own), Latin words and numbers whole, and identifiers (文号,
// 第X条, 《题名》) whole besides.
func Terms(text string) []string {
	return foldedTerms(FoldString(text))
}

func foldedTerms(folded string) []string {
	terms := make([]string, 0, len(folded)/3+8)
	terms = appendRuns(terms, folded)
	return append(terms, identifiersIn(folded)...)
}

// Identifiers returns the distinct identifier terms of a text; search has an
// exact path for them.
func Identifiers(text string) []string {
	return distinct(identifiersIn(FoldString(text)))
}

// IsIdentifier reports whether a term is one that Identifiers makes.
func IsIdentifier(term string) bool {
	return strings.HasPrefix(term, docNoPrefix) || strings.HasPrefix(term, clausePrefix) || strings.HasPrefix(term, titlePrefix)
}

// IsDocNo reports whether an identifier is a 文号.
func IsDocNo(term string) bool { return strings.HasPrefix(term, docNoPrefix) }

// IsTitle reports whether an identifier is a 《题名》.
func IsTitle(term string) bool { return strings.HasPrefix(term, titlePrefix) }

// TitleTerm is the identifier under which a document's own title is found.
func TitleTerm(title string) string {
	return titlePrefix + squeeze(FoldString(title))
}

// DocNoTerm is the identifier of a 文号, "" if s is not one.
func DocNoTerm(s string) string {
	m := docNoPattern.FindStringSubmatch(FoldString(s))
	if m == nil {
		return ""
	}
	return docNoTerm(m)
}

// docNoTerm leaves out the agency's code but for its last two characters:
// before it stands running text ("根据皖政办〔2020〕5号") that no rule can cut.
func docNoTerm(m []string) string {
	agency := []rune(m[1])
	if len(agency) > 2 {
		agency = agency[len(agency)-2:]
	}
	return docNoPrefix + string(agency) + "〔" + m[2] + "〕" + strings.TrimLeft(m[3], "0") + "号"
}

func identifiersIn(folded string) []string {
	var ids []string
	if strings.Contains(folded, "号") {
		for _, m := range docNoPattern.FindAllStringSubmatch(folded, -1) {
			ids = append(ids, docNoTerm(m))
		}
	}
	if strings.Contains(folded, "第") {
		for _, m := range clausePat.FindAllStringSubmatch(folded, -1) {
			if m[2] != "条" {
				continue
			}
			if n := ParseNumeral(m[1]); n > 0 {
				ids = append(ids, clausePrefix+strconv.Itoa(n))
			}
		}
	}
	if strings.Contains(folded, "《") {
		for _, m := range titlePattern.FindAllStringSubmatch(folded, -1) {
			ids = append(ids, titlePrefix+squeeze(m[1]))
		}
	}
	return ids
}

func appendRuns(terms []string, folded string) []string {
	const (
		other = iota
		han
		word
	)
	kindOf := func(r rune) int {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			return word
		case r < 0x2E80:
			if r >= 0x80 && unicode.IsLetter(r) {
				return word
			}
			return other
		case unicode.Is(unicode.Han, r):
			return han
		}
		return other
	}
	start, prev, count, kind := 0, 0, 0, other
	flush := func(end int) {
		if kind == word || kind == han && count == 1 {
			terms = append(terms, folded[start:end])
		}
	}
	for at, r := range folded {
		k := kindOf(r)
		if k == other && kind == word && r == '.' && at+1 < len(folded) && isDigit(folded[at-1]) && isDigit(folded[at+1]) {
			k = word // the point of 8.69
		}
		if k != kind {
			flush(at)
			start, count, kind = at, 0, k
		}
		count++
		if k == han && count > 1 {
			terms = append(terms, folded[prev:at+len(string(r))])
		}
		prev = at
	}
	flush(len(folded))
	return terms
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// squeeze leaves letters and digits only, so that titles match whatever their
// inner punctuation.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// ParseNumeral reads an Arabic or Chinese numeral below 10,000 ("12", "十二",
// "一百零三", "二〇"); 0 if it is none.
func ParseNumeral(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	digits := map[rune]int{'〇': 0, '零': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
	units := map[rune]int{'十': 10, '百': 100, '千': 1000}
	total, digit, positional := 0, 0, true
	for i, r := range []rune(s) {
		if unit, ok := units[r]; ok {
			positional = false
			if digit == 0 && (r != '十' || i > 0 && total == 0) {
				return 0
			}
			total += max(digit, 1) * unit
			digit = 0
			continue
		}
		d, ok := digits[r]
		if !ok {
			return 0
		}
		if positional {
			digit = digit*10 + d // 二〇二三
		} else {
			digit = d
		}
	}
	return total + digit
}
