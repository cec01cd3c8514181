package ingest

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"zhiwen/retrieval"
)

//go:embed furniture.txt
var furnitureTable string

// maxFurniture is the longest line, in bytes, that can be furniture; longer
// ones are prose and not compared.
const maxFurniture = 600

// maxHead is how many lines the head of a page may have before its text.
const maxHead = 60

type furnitureRules struct{ anywhere, head, tail *regexp.Regexp }

var furniture = sync.OnceValue(func() furnitureRules {
	byZone := map[string][]string{}
	for l := range strings.Lines(furnitureTable) {
		zone, pattern, ok := strings.Cut(strings.TrimSpace(l), " ")
		if ok && zone != "#" {
			byZone[zone] = append(byZone[zone], strings.TrimSpace(pattern))
		}
	}
	compile := func(zones ...string) *regexp.Regexp {
		var all []string
		for _, z := range zones {
			all = append(all, byZone[z]...)
		}
		return regexp.MustCompile(`^(?:` + strings.Join(all, "|") + `)$`)
	}
	return furnitureRules{anywhere: compile("any"), head: compile("any", "head"), tail: compile("any", "tail")}
})

func matchesLine(rules *regexp.Regexp, text string) bool {
	return len(text) <= maxFurniture && rules.MatchString(trim(retrieval.FoldString(text)))
}

// withoutFurniture drops the furniture of a page: fields and menus of its
// head, the title (it is metadata), the foot, and what can stand anywhere.
// Where nothing but the title would be left, the title is the text.
func withoutFurniture(lines []line, head int, title string) []line {
	rules := furniture()
	foot := len(lines)
	for foot > head && matchesLine(rules.tail, lines[foot-1].text) {
		foot--
	}
	foot = cutAtFoot(lines[:foot], head, rules.tail)
	var kept []line
	var dropped *line
	for i, l := range lines[:foot] {
		switch {
		case i < head && sameTitle(l.text, title):
			dropped = &lines[i]
		case i < head && (isFieldLine(l.text) || matchesLine(rules.head, l.text)):
		case matchesLine(rules.anywhere, l.text):
		default:
			kept = append(kept, l)
		}
	}
	if len(kept) == 0 && dropped != nil {
		kept = append(kept, line{text: dropped.text})
	}
	return kept
}

// cutAtFoot finds where a foot of several lines begins that ends in a line no
// rule knows: everything behind a foot rule in the last lines goes.
func cutAtFoot(lines []line, head int, rules *regexp.Regexp) int {
	const longestFoot = 12
	for i := max(head, len(lines)-longestFoot); i < len(lines); i++ {
		short := !slices.ContainsFunc(lines[i:], func(l line) bool { return utf8.RuneCountInString(l.text) > 80 })
		if short && matchesLine(rules, lines[i].text) && isFootStart(lines[i].text) {
			return i
		}
	}
	return len(lines)
}

// isFootStart holds for lines behind which no text comes.
func isFootStart(text string) bool {
	folded := retrieval.FoldString(text)
	for _, word := range []string{"扫一扫", "相关", "推荐", "主办", "版权所有", "上一", "下一"} {
		if strings.HasPrefix(trim(folded), word) {
			return true
		}
	}
	return false
}

// headEnd is the index of the first line of prose: what stands above may be
// title, fields and menus.
func headEnd(lines []line) int {
	for i, l := range lines {
		if i == maxHead || isProse(l) {
			return i
		}
	}
	return len(lines)
}

func isProse(l line) bool {
	if l.row || isFieldLine(l.text) || matchesLine(furniture().head, l.text) {
		return l.row && !isFieldLine(l.text)
	}
	text := trim(l.text)
	if _, marked := parseMark(text); marked && l.depth == 0 {
		return true
	}
	return utf8.RuneCountInString(text) > 60 || strings.ContainsAny(text, "。；!！?？") && l.depth == 0
}

// titleLine picks the title from the head: a marked heading before a plain
// line; never one that addresses somebody ("各有关单位：") or goes on.
func titleLine(head []line) string {
	plain := ""
	for _, l := range head {
		if isFieldLine(l.text) || matchesLine(furniture().head, l.text) || l.row {
			continue
		}
		text := trim(l.text)
		if l.depth > 0 {
			return text
		}
		last, _ := utf8.DecodeLastRuneInString(text)
		if plain == "" && !strings.ContainsRune("，,、：:；;—", last) {
			plain = text
		}
	}
	return plain
}

// holdsTitle reports whether one of the lines is the title.
func holdsTitle(lines []line, title string) bool {
	return slices.ContainsFunc(lines, func(l line) bool { return sameTitle(l.text, title) })
}

func sameTitle(text, title string) bool {
	return len(text) <= maxFurniture && title != "" && squeeze(text) == squeeze(title)
}

// squeeze leaves out white space, so that a title broken or spaced out for
// looks is still itself.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if isSpace(r) {
			return -1
		}
		return r
	}, retrieval.FoldString(s))
}
