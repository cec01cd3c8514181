package bot

import (
	_ "embed"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"zhiwen/bot/faq"
	"zhiwen/bot/tables"
	"zhiwen/retrieval"
)

// A question gets a curated answer where it is the curated question: word for
// word, or once words that mean the same are made one and words that only ask are
// left out. A wrong answer is worse than none, so that whatever differs then (a
// year, a place, a figure, what is asked for, 补办 against 换领) keeps them apart.
//
// Nearness in meaning does not decide: the vectors of questions that differ in the
// one word that matters (受贿, 行贿; 买房, 卖房) have cosines up to .96, those of
// paraphrases .87 to .95. Staff add the ways to ask that are missed as variants.

//go:embed tables/sameas.txt
var sameAsTable string

//go:embed tables/asking.txt
var askingTable string

//go:embed tables/contrasts.txt
var contrastsTable string

// word is a word of a table with the meaning that it stands for.
type word struct{ text, means string }

// lexicon is a table of words, longer ones first.
func lexicon(table string, named bool) []word {
	var words []word
	for _, line := range tables.Lines(table) {
		fields := strings.Fields(line)
		rest := fields
		if named {
			rest = fields[1:]
		}
		for _, f := range rest {
			words = append(words, word{retrieval.FoldString(f), fields[0]})
		}
	}
	slices.SortStableFunc(words, func(a, b word) int { return utf8.RuneCountInString(b.text) - utf8.RuneCountInString(a.text) })
	return words
}

var (
	sameAs    = sync.OnceValue(func() []word { return lexicon(sameAsTable, false) })
	asking    = sync.OnceValue(func() []word { return lexicon(askingTable, true) })
	contrasts = sync.OnceValue(func() []word { return lexicon(contrastsTable, false) })
)

// curatedForm is one way to ask something, taken apart for comparison.
type curatedForm struct {
	key       string // letters and digits
	text      string
	matter    string          // the terms that are left of it, words that mean the same made one, in no order
	kinds     map[string]bool // what is asked for
	contrasts map[string]bool // what makes another question of one about the same thing
	figures   string
	years     []Year
	places    []Place
	past      bool
	negated   bool
}

var (
	polite = regexp.MustCompile(`请问一下|请问|请教|你好|您好|我想问一下|我想问|想问一下|我想知道|想知道|我想了解|我想|帮我|麻烦|谢谢|一下|现在|目前|今年|本县|我县|我们县|需要|应该|应当|可以|一般|我的|我`)
	// doing is said of any matter, or asks.
	doing     = regexp.MustCompile(`办理|办好|办下来|办完|办成|拿到|办|开始|什么|哪些|啥|需|会`)
	negation  = regexp.MustCompile(`不(?:能|可以|会|用|要|是|在|让|给|够)|没有?|未|无法`)
	choices   = regexp.MustCompile(`未成年|未满|能不能|可不可以|会不会|要不要|是不是|有没有|用不用|上不上班|行不行`)
	hanAge    = regexp.MustCompile(`([一二三四五六七八九十]{1,3})(周岁|岁)`)
	particles = regexp.MustCompile(`[的了要啊呀呢吧嘛哦哈是有能才带给在用]`)
)

func newCuratedForm(q Question) curatedForm {
	f := curatedForm{
		key: letterKey(q.Folded), text: q.Text, years: slices.Clone(q.Years), places: q.Places, past: q.When.past,
		kinds: map[string]bool{}, contrasts: map[string]bool{},
		negated: negation.MatchString(choices.ReplaceAllString(q.Folded, "")),
	}
	f.years = slices.DeleteFunc(f.years, func(y Year) bool { return y.Relative != "" && q.When.present })
	text := hanAge.ReplaceAllStringFunc(q.Folded, func(age string) string {
		m := hanAge.FindStringSubmatch(age)
		return strconv.Itoa(retrieval.ParseNumeral(m[1])) + "岁"
	})
	f.figures = strings.Join(retrieval.Figures(text), " ")
	text = replaceWords(text, sameAs(), nil)
	replaceWords(text, contrasts(), f.contrasts)
	text = polite.ReplaceAllString(text, " ")
	text = replaceWords(text, asking(), f.kinds)
	text = doing.ReplaceAllString(text, " ")
	text = replaceWords(text, contrasts(), map[string]bool{})
	words := termSet(particles.ReplaceAllString(letterSpaces(text), " "))
	f.matter = strings.Join(slices.Sorted(maps.Keys(words)), " ")
	if len(f.kinds) > 1 {
		delete(f.kinds, "whatis") // the conditions, what they are
	}
	return f
}

// replaceWords puts in place of each word what it means, as a word of its own;
// with found, a space, and the meaning goes there.
func replaceWords(text string, words []word, found map[string]bool) string {
	var b strings.Builder
next:
	for len(text) > 0 {
		for _, w := range words {
			if !strings.HasPrefix(text, w.text) {
				continue
			}
			if found != nil {
				found[w.means] = true
				b.WriteByte(' ')
			} else {
				b.WriteString(" " + w.means + " ")
			}
			text = text[len(w.text):]
			continue next
		}
		_, size := utf8.DecodeRuneInString(text)
		b.WriteString(text[:size])
		text = text[size:]
	}
	return b.String()
}

func letterKey(folded string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, folded)
}

func letterSpaces(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return ' '
	}, text)
}

// asks reports whether a question asks what the form does. entry is what its
// entry says, folded: a place that stands there may be named.
func (f curatedForm) asks(asked curatedForm, entry string) bool {
	if f.key == asked.key {
		return true
	}
	if f.matter != asked.matter || f.figures != asked.figures || f.past != asked.past || f.negated != asked.negated ||
		!maps.Equal(f.contrasts, asked.contrasts) || f.matter == "" && len(f.contrasts) == 0 {
		return false
	}
	sameYear := func(a, b Year) bool { return a.Number == b.Number }
	if !slices.EqualFunc(f.years, asked.years, sameYear) {
		return false
	}
	for _, p := range asked.places {
		if !p.namedIn(f.text) && !p.namedIn(entry) {
			return false
		}
	}
	for _, p := range f.places {
		if !p.namedIn(asked.text) {
			return false
		}
	}
	// Whatever is asked for, the curated question asks for, too.
	for kind := range asked.kinds {
		if !f.kinds[kind] {
			return false
		}
	}
	return len(asked.kinds) > 0 || len(f.kinds) == 0
}

// curatedIndex is what published entries are found by.
type curatedIndex struct{ entries []indexedEntry }

type indexedEntry struct {
	faq.Entry
	words     string // folded: what the entry says
	forms     []curatedForm
	negatives []curatedForm
}

func newCuratedIndex(entries []faq.Entry, now time.Time, synonyms []Synonym) *curatedIndex {
	x := &curatedIndex{}
	read := func(texts []string) []curatedForm {
		forms := make([]curatedForm, len(texts))
		for i, text := range texts {
			forms[i] = newCuratedForm(understand(text, now, synonyms...))
		}
		return forms
	}
	for _, e := range entries {
		if e.State != faq.StatePublished || len(e.Citations) == 0 {
			continue
		}
		words := e.Answer
		for _, c := range e.Citations {
			words += "\n" + c.Quote
		}
		x.entries = append(x.entries, indexedEntry{e, retrieval.FoldString(words), read(e.Forms()), read(e.Negatives)})
	}
	return x
}

// find gives the entry that answers a question; ok is false if none does, or if
// several might.
func (x *curatedIndex) find(q Question) (entry faq.Entry, ok bool) {
	asked := newCuratedForm(q)
	if asked.key == "" {
		return faq.Entry{}, false
	}
	var word, sense []int // entries, by the word and by the sense
	for i := range x.entries {
		switch byWord, bySense := x.entries[i].answers(asked); {
		case byWord:
			word = append(word, i)
		case bySense:
			sense = append(sense, i)
		}
	}
	switch {
	case len(word) == 1:
		return x.entries[word[0]].Entry, true
	case len(word) == 0 && len(sense) == 1:
		return x.entries[sense[0]].Entry, true
	}
	return faq.Entry{}, false
}

// answers reports whether an entry answers a question: asked by the word, or in
// other words. What it is said not to answer comes first, unless the question is
// its own to the word.
func (e *indexedEntry) answers(asked curatedForm) (byWord, bySense bool) {
	for _, f := range e.forms {
		byWord = byWord || f.key == asked.key
		bySense = bySense || f.asks(asked, e.words)
	}
	for _, f := range e.negatives {
		if f.key == asked.key || !byWord && f.asks(asked, e.words) {
			return false, false
		}
	}
	return byWord, bySense
}
