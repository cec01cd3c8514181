package guide

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"zhiwen/bot/tables"
)

// Aspect is one thing that a guide says of its matter.
type Aspect string

// Aspects that are dealt with in a way of their own.
const (
	Materials  Aspect = "materials"
	Conditions Aspect = "conditions"
	Process    Aspect = "process"
	Place      Aspect = "place"
	Hours      Aspect = "hours"
	Phone      Aspect = "phone"
	Time       Aspect = "time" // how long it takes
	Fee        Aspect = "fee"
	Validity   Aspect = "validity"
	Benefit    Aspect = "benefit" // what is paid out
	Agency     Aspect = "agency"  // whether somebody else may come
	Other      Aspect = ""
)

// Case is one way in which a matter arises: 首次, 补办, 代办 …
type Case string

// Cases that are dealt with in a way of their own.
const (
	ByAgent    Case = "代办"
	InPerson   Case = "本人"
	UnderAge   Case = "未成年" // a circumstance more than a case
	noWords         = "-"
	weakAspect      = "?"
)

//go:embed tables/aspects.txt
var aspectTable string

//go:embed tables/cases.txt
var caseTable string

//go:embed tables/generic.txt
var genericTable string

//go:embed tables/kinds.txt
var kindTable string

// aspectRule is one line of tables/aspects.txt.
type aspectRule struct {
	aspect   Aspect
	weak     bool
	headings []string
	asked    *regexp.Regexp // nil: no question is for it
}

// caseRule is one line of tables/cases.txt.
type caseRule struct {
	name    Case
	named   []string
	said    *regexp.Regexp
	implies Case
}

var aspectRules = sync.OnceValue(func() []aspectRule {
	var rules []aspectRule
	for _, f := range rows(aspectTable, 3) {
		name, weak := strings.CutPrefix(f[0], weakAspect)
		r := aspectRule{aspect: Aspect(name), weak: weak, headings: words(f[1])}
		if f[2] != noWords {
			r.asked = regexp.MustCompile(f[2])
		}
		rules = append(rules, r)
	}
	return rules
})

var caseRules = sync.OnceValue(func() []caseRule {
	var rules []caseRule
	for _, f := range rows(caseTable, 4) {
		r := caseRule{name: Case(f[0]), named: words(f[1]), said: regexp.MustCompile(f[2])}
		if f[3] != noWords {
			r.implies = Case(f[3])
		}
		rules = append(rules, r)
	}
	return rules
})

var genericWords = sync.OnceValue(func() []string { return longestFirst(plainWords(genericTable)) })

var kindWords = sync.OnceValue(func() []string { return plainWords(kindTable) })

// rows gives the lines of a table, each of n fields. The tables are compiled in
// and a test reads them, so that it panics where one is broken.
func rows(table string, n int) [][]string {
	var all [][]string
	for _, line := range tables.Lines(table) {
		f := strings.Split(line, "\t")
		if len(f) != n {
			panic(fmt.Sprintf("bot/guide: want %d fields in %q", n, line))
		}
		all = append(all, f)
	}
	return all
}

func plainWords(table string) []string {
	var all []string
	for _, line := range tables.Lines(table) {
		all = append(all, strings.Fields(line)...)
	}
	return all
}

func words(field string) []string {
	if field == noWords {
		return nil
	}
	return strings.Fields(field)
}

func longestFirst(words []string) []string {
	slices.SortStableFunc(words, func(a, b string) int { return utf8.RuneCountInString(b) - utf8.RuneCountInString(a) })
	return words
}

// aspectOf tells what a heading announces.
func aspectOf(heading string) Aspect {
	for _, r := range aspectRules() {
		for _, word := range r.headings {
			if strings.Contains(heading, word) {
				return r.aspect
			}
		}
	}
	return Other
}

// named gives the cases that a text of a guide names.
func named(text string) map[Case]bool {
	cases := map[Case]bool{}
	for _, r := range caseRules() {
		for _, word := range r.named {
			if strings.Contains(text, word) {
				cases[r.name] = true
			}
		}
	}
	return cases
}
