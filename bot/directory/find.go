package directory

import (
	"cmp"
	_ "embed"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"zhiwen/bot/tables"
	"zhiwen/retrieval"
)

//go:embed tables/generic.txt
var genericTable string

//go:embed tables/everyday.txt
var everydayTable string

// Question is what is known of a question when its office is looked for.
type Question struct {
	Text   string   // as understood
	Also   []string // official words for everyday ones in it
	Places []string // the places it names
}

// Match is the office that a question belongs to.
type Match struct {
	Entry
	// Named is the office's name or alias as the question has it, folded; empty
	// where it was found by what it is responsible for.
	Named string
}

// Finder finds offices. It is safe for concurrent use.
type Finder struct {
	offices []office
	area    string // what the names have in common, folded: 青石县; may be empty
	all     string // everything that is written of all offices, folded
	idf     map[string]float64
}

// office is an entry prepared for finding.
type office struct {
	Entry
	forms   []string // folded names by which it is known
	phrases []phrase
}

// phrase is a name or a duty cut into pairs of characters.
type phrase struct {
	pairs []string
	mass  float64 // sum of their idf
}

// NewFinder prepares a directory's entries.
func NewFinder(entries []Entry) *Finder {
	f := &Finder{idf: map[string]float64{}, area: commonArea(entries)}
	var all strings.Builder
	df := map[string]int{}
	for _, e := range entries {
		o := office{Entry: e, forms: f.formsOf(e)}
		held := map[string]bool{}
		for _, words := range slices.Concat(o.forms, e.ResponsibleFor) {
			p := phrase{pairs: pairs(withoutGeneric(retrieval.FoldString(words)))}
			for _, pair := range p.pairs {
				held[pair] = true
			}
			o.phrases = append(o.phrases, p)
		}
		for pair := range held {
			df[pair]++
		}
		f.offices = append(f.offices, o)
		all.WriteString(strings.Join(append(append(o.forms, e.ResponsibleFor...), e.Name, e.Address), "\n") + "\n")
	}
	f.all = retrieval.FoldString(all.String())
	for pair, n := range df {
		f.idf[pair] = math.Log(1 + float64(len(entries))/float64(n))
	}
	for _, o := range f.offices {
		for i := range o.phrases {
			for _, pair := range o.phrases[i].pairs {
				o.phrases[i].mass += f.idf[pair]
			}
		}
	}
	return f
}

// areaEnds are the last characters of the name of an area with a government.
const areaEnds = "省市县区州旗"

// areaRunes is the length of the longest name of an area.
const areaRunes = 15

// commonArea finds the area that begins most names, or stands in them.
func commonArea(entries []Entry) string {
	counts := map[string]int{}
	for _, e := range entries {
		runes := []rune(retrieval.FoldString(e.Name))
		for i, r := range runes[:min(len(runes), areaRunes)] {
			if i >= 2 && strings.ContainsRune(areaEnds, r) {
				counts[string(runes[:i+1])]++
			}
		}
	}
	area := ""
	for a, n := range counts {
		if 2*n > len(entries) && (area == "" || len(a) > len(area)) {
			area = a
		}
	}
	return area
}

// formsOf gives the names by which an office is known: as written, and without
// the area.
func (f *Finder) formsOf(e Entry) []string {
	var forms []string
	for _, name := range append([]string{e.Name}, e.Aliases...) {
		folded := strings.ReplaceAll(retrieval.FoldString(name), " ", "")
		_, short, found := strings.Cut(folded, cmp.Or(f.area, "\x00"))
		for _, form := range []string{folded, short} {
			if utf8.RuneCountInString(form) >= 2 && (found || form != short) && !slices.Contains(forms, form) {
				forms = append(forms, form)
			}
		}
	}
	return forms
}

const (
	// alsoWeight is what a pair of another wording is worth against one's own.
	alsoWeight = 0.9
	// leastScore is the evidence without which no office is named.
	leastScore = 1.6
	// sureScore is the evidence with which an office is named although another
	// is as near: both look after the matter.
	sureScore = 4
	// clearLead is how much the best must be above the second.
	clearLead = 1.08
)

// Find gives the office that a question belongs to. It gives none where no
// office is clearly meant, and where the question names another place.
func (f *Finder) Find(q Question) (Match, bool) {
	folded := excluded.ReplaceAllString(retrieval.FoldString(q.Text), " ")
	text := strings.ReplaceAll(folded, " ", "")
	if f.isElsewhere(text, q.Places) || f.isInstitution(text) {
		return Match{}, false
	}
	names, foreign := f.named(text)
	if foreign {
		return Match{}, false
	}
	scores := f.scores(text, q.Also)
	best, second := -1, 0.0
	for i := range f.offices {
		if scores[i] += nameWeight * float64(utf8.RuneCountInString(names[i])); names[i] == "" && len(names) > 0 {
			continue // a named office is meant, whatever else is spoken of
		}
		switch {
		case best < 0 || scores[i] > scores[best]:
			if best >= 0 {
				second = max(second, scores[best])
			}
			best = i
		default:
			second = max(second, scores[i])
		}
	}
	if best < 0 || scores[best] < leastScore || scores[best] < sureScore && scores[best] < clearLead*second {
		return Match{}, false
	}
	return Match{f.offices[best].Entry, names[best]}, true
}

// nameWeight is what each character of a name is worth.
const nameWeight = 3

// excluded is what a question says that it is not about.
var excluded = regexp.MustCompile(`(?:除了|不是要?|不用|不找|不问)\p{Han}{1,4}?(?:还|以外|之外|外|能|，|,|\s|$)`)

//go:embed tables/institutions.txt
var institutionsTable string

var institutions = sync.OnceValue(func() *regexp.Regexp {
	words := strings.Join(strings.Fields(strings.Join(tables.Lines(institutionsTable), " ")), "|")
	return regexp.MustCompile(`(\p{Han}{1,6}(?:` + words + `))(?:的|办公室|客服|服务|前台|值班|咨询|总机)*(?:电话|号码|热线|联系方式)`)
})

// isInstitution reports whether a question wants the number of an institution
// that is no department: a hospital's own is not the health office's.
func (f *Finder) isInstitution(text string) bool {
	for _, m := range institutions().FindAllStringSubmatch(text, -1) {
		known := false
		for _, o := range f.offices {
			known = known || slices.ContainsFunc(o.forms, func(form string) bool { return strings.Contains(m[1], form) })
		}
		if !known {
			return true
		}
	}
	return false
}

// isElsewhere reports whether a question names a place that nothing in the
// directory speaks of.
func (f *Finder) isElsewhere(text string, places []string) bool {
	for _, p := range places {
		p = retrieval.FoldString(p)
		if !strings.Contains(f.all, p) && (f.area == "" || !strings.Contains(text, p+f.area)) {
			return true
		}
	}
	// The same name at another level: 青石市 is not 青石县.
	level, size := utf8.DecodeLastRuneInString(f.area)
	if stem := f.area[:len(f.area)-size]; stem != "" {
		for _, other := range areaEnds {
			if other != level && strings.Contains(text, stem+string(other)) {
				return true
			}
		}
	}
	return false
}

// named gives the longest name of each office that the question has, by the
// office's number. foreign: it names an office of another level.
func (f *Finder) named(text string) (names map[int]string, foreign bool) {
	names = map[int]string{}
	longest := map[int]int{} // length of the name that begins at a byte
	for _, o := range f.offices {
		for _, form := range o.forms {
			for _, at := range occurrences(text, form) {
				longest[at] = max(longest[at], len(form))
			}
		}
	}
	for i, o := range f.offices {
		for _, form := range o.forms {
			for _, at := range occurrences(text, form) {
				if inLonger(longest, at, len(form)) {
					continue
				}
				if f.isOtherLevel(text, at, len(form)) {
					return nil, true
				}
				if len(form) > len(names[i]) {
					names[i] = form
				}
			}
		}
	}
	return names, false
}

func occurrences(text, form string) []int {
	var found []int
	for from := 0; ; {
		at := strings.Index(text[from:], form)
		if at < 0 {
			return found
		}
		found = append(found, from+at)
		from += at + len(form)
	}
}

// inLonger reports whether a longer name covers the one at a byte.
func inLonger(longest map[int]int, at, length int) bool {
	for from, n := range longest {
		if from <= at && at+length <= from+n && n > length {
			return true
		}
	}
	return false
}

// isOtherLevel reports whether what stands around a name makes it another
// level's: 省民政厅, 市民政局, 民政部.
func (f *Finder) isOtherLevel(text string, at, length int) bool {
	if after, _ := utf8.DecodeRuneInString(text[at+length:]); strings.ContainsRune("厅部署院", after) && !strings.Contains(f.all, text[at:at+length]+string(after)) {
		return true
	}
	before := []rune(strings.TrimSuffix(text[:at], f.area))
	if len(before) == 0 || strings.HasPrefix(text[at:], cmp.Or(f.area, "\x00")) {
		return false
	}
	last := before[len(before)-1]
	own, _ := utf8.DecodeLastRuneInString(f.area)
	if own == last || last != '省' && last != '市' {
		return false
	}
	// 城市, 超市 are no level.
	return len(before) < 2 || !strings.ContainsRune("城超门都夜上股", before[len(before)-2])
}

// scores tells how much of each office's duties the question speaks of.
func (f *Finder) scores(text string, also []string) []float64 {
	worth := map[string]float64{}
	add := func(words string, weight float64) {
		for _, pair := range pairs(withoutGeneric(retrieval.FoldString(words))) {
			worth[pair] = max(worth[pair], weight)
		}
	}
	add(text, 1)
	for _, words := range also {
		add(words, alsoWeight)
	}
	for _, e := range everyday() {
		if strings.Contains(text, e[0]) {
			add(strings.ReplaceAll(e[1], " ", "\n"), alsoWeight)
		}
	}
	scores := make([]float64, len(f.offices))
	for i, o := range f.offices {
		held, seen := 0.0, map[string]bool{}
		best := 0.0
		for _, p := range o.phrases {
			mass := 0.0
			for _, pair := range p.pairs {
				mass += worth[pair] * f.idf[pair]
				if !seen[pair] {
					seen[pair] = true
					held += worth[pair] * f.idf[pair]
				}
			}
			if p.mass > 0 {
				best = max(best, mass*math.Sqrt(mass/p.mass))
			}
		}
		scores[i] = best + restWeight*held
	}
	return scores
}

// restWeight is what all that an office shares with a question is worth beside
// its best duty.
const restWeight = 0.2

// pairs cuts the runs of letters of a text into distinct pairs of characters.
func pairs(text string) []string {
	var cut []string
	for _, run := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		runes := []rune(run)
		for i := range len(runes) - 1 {
			if pair := string(runes[i : i+2]); !slices.Contains(cut, pair) {
				cut = append(cut, pair)
			}
		}
	}
	return cut
}

// withoutGeneric puts a space in place of words that tell no office from
// another.
func withoutGeneric(text string) string { return generic().Replace(text) }

var generic = sync.OnceValue(func() *strings.Replacer {
	words := strings.Fields(strings.Join(tables.Lines(genericTable), " "))
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var swaps []string
	for _, w := range words {
		swaps = append(swaps, w, " ")
	}
	return strings.NewReplacer(swaps...)
})

// everyday gives pairs of an everyday word and official ones.
var everyday = sync.OnceValue(func() [][2]string {
	var table [][2]string
	for _, line := range tables.Lines(everydayTable) {
		word, official, _ := strings.Cut(line, "\t")
		table = append(table, [2]string{retrieval.FoldString(word), official})
	}
	return table
})
