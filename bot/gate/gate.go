// Package gate holds back what a language model writes until it has been held
// against the passages that it cites. What has not passed reaches nobody.
//
// A sentence is kept until it is complete, with the marks behind it. It passes
// where it says, in the words of the cited passages and in words that only
// join them, what these passages say; figures, dates, names, 文号 and 《titles》
// must stand in them. Everything else is dropped and counted by reason. The
// gate prefers to drop: the caller has verbatim passages to show instead.
//
// It reads each character once, knows no model and no transport, and gives the
// same sentences however the stream is cut into pieces.
package gate

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Source is one passage that may be cited.
type Source struct {
	N    int    // as the model writes it: [N]
	Text string // the passage, verbatim
	Meta string // title, 文号, publisher, dates, clause of its document
}

// Config is what a Gate holds text against.
type Config struct {
	Sources []Source
	// Words are everyday words that may stand for words of the sources, besides
	// those that only join.
	Words []string
	// Blocked reports whether a sentence must not be shown for other reasons;
	// nil: none.
	Blocked func(sentence string) bool
}

// Reason says why a sentence was dropped; empty: it passed.
type Reason string

// Reasons.
const (
	Passed    Reason = ""
	Uncited   Reason = "uncited"   // no mark, and no source bears it out
	Figure    Reason = "figure"    // a figure or date that the sources lack
	Swapped   Reason = "swapped"   // a figure that the sources say of something else
	Title     Reason = "title"     // a 《title》 that they lack
	Name      Reason = "name"      // an office, place or person that they lack
	Strict    Reason = "strict"    // says not, must, free, at most … where they do not, or the reverse
	Words     Reason = "words"     // other words that they lack
	Scattered Reason = "scattered" // its words stand far apart there
	Blocked   Reason = "blocked"
	Long      Reason = "long"
	Heading   Reason = "heading" // leads to something on another line and says nothing itself
	Asking    Reason = "asking"  // asks
	Cut       Reason = "cut"     // the stream ended within it
)

// Sentence is one sentence that was judged.
type Sentence struct {
	Text   string `json:"text"`  // without marks
	Cites  []int  `json:"cites"` // in the order of the marks, each once
	Reason Reason `json:"reason,omitempty"`
}

// Shown is the sentence as visitors see it: its marks behind it.
func (s Sentence) Shown() string {
	var b strings.Builder
	b.WriteString(s.Text)
	for _, n := range s.Cites {
		b.WriteString("[" + strconv.Itoa(n) + "]")
	}
	return b.String()
}

const (
	// maxSentence is the longest sentence in runes: more is not held in memory.
	maxSentence = 300
	// maxMark is the longest mark in runes, [1, 2, 3] and the like.
	maxMark = 16
)

// Gate reads one stream. It is for one goroutine.
type Gate struct {
	config  Config
	sources map[int]string // plain
	joining *joining

	partial []byte // of a rune that is not complete
	text    []rune
	long    bool
	cites   []int
	mark    []rune // held back: what may become a mark, with its opening
	ended   bool   // the sentence is complete but for marks behind it

	judged   []Sentence
	unmapped int
}

// New makes a gate for one answer.
func New(c Config) *Gate {
	g := &Gate{config: c, sources: make(map[int]string, len(c.Sources)), joining: newJoining(c.Words)}
	for _, s := range c.Sources {
		g.sources[s.N] = plain(s)
	}
	return g
}

// Judged gives all sentences so far, with what became of them.
func (g *Gate) Judged() []Sentence { return g.judged }

// Unmapped is how many marks led to no source and were left out.
func (g *Gate) Unmapped() int { return g.unmapped }

// Write takes a piece of the stream and gives the sentences that it completes
// and that passed.
func (g *Gate) Write(piece string) []Sentence {
	from := len(g.judged)
	data := piece
	if len(g.partial) > 0 {
		data = string(g.partial) + piece
		g.partial = nil
	}
	for len(data) > 0 {
		if !utf8.FullRuneInString(data) {
			g.partial = []byte(data)
			break
		}
		r, size := utf8.DecodeRuneInString(data)
		data = data[size:]
		g.read(r)
	}
	return g.passed(from)
}

// Close ends the stream. A sentence without its end is dropped unless the stream
// is whole: nobody knows what it would have become.
func (g *Gate) Close(whole bool) []Sentence {
	from := len(g.judged)
	if g.ended || whole {
		g.mark = nil
		g.finish()
	} else {
		g.text = append(g.text, g.mark...)
		g.mark = nil
		if text := clean(g.text); text != "" {
			g.judged = append(g.judged, Sentence{Text: text, Cites: g.cites, Reason: Cut})
		}
		g.reset()
	}
	return g.passed(from)
}

func (g *Gate) passed(from int) []Sentence {
	var passed []Sentence
	for _, s := range g.judged[from:] {
		if s.Reason == Passed {
			passed = append(passed, s)
		}
	}
	return passed
}

// closing ends what opens a mark.
func closing(opening rune) rune {
	switch opening {
	case '[':
		return ']'
	case '【':
		return '】'
	case '［':
		return '］'
	}
	return 0
}

func (g *Gate) read(r rune) {
	if len(g.mark) > 0 {
		g.readMark(r)
		return
	}
	if closing(r) != 0 {
		g.mark = append(g.mark, r)
		return
	}
	switch {
	case r == '\n' || r == '\r':
		g.ended = true
		g.finish()
	case g.ended && (strings.ContainsRune("。！？!?”’』」）)\"", r)):
		g.add(r)
	case g.ended && r == ' ':
	case g.ended:
		g.finish()
		g.add(r)
	default:
		g.add(r)
		g.ended = strings.ContainsRune("。！？!?", r)
	}
}

func (g *Gate) add(r rune) {
	if len(g.text) >= maxSentence {
		g.long = true
		return
	}
	g.text = append(g.text, r)
}

// readMark goes on with what may be a mark.
func (g *Gate) readMark(r rune) {
	switch {
	case r == closing(g.mark[0]):
		if numbers, ok := numbersOf(g.mark[1:]); ok {
			g.cite(numbers)
			g.mark = g.mark[:0]
			return
		}
	case len(g.mark) < maxMark && (digit(r) >= 0 || strings.ContainsRune(" ,，、", r)):
		g.mark = append(g.mark, r)
		return
	}
	held := g.mark
	g.mark = nil
	if g.ended {
		g.finish()
	}
	for _, h := range held {
		g.add(h)
	}
	g.read(r)
}

func (g *Gate) cite(numbers []int) {
	for _, n := range numbers {
		if _, known := g.sources[n]; !known {
			g.unmapped++
			continue
		}
		known := false
		for _, c := range g.cites {
			known = known || c == n
		}
		if !known {
			g.cites = append(g.cites, n)
		}
	}
}

// digit is the value of a digit of either width, or -1.
func digit(r rune) int {
	switch {
	case '0' <= r && r <= '9':
		return int(r - '0')
	case '０' <= r && r <= '９':
		return int(r - '０')
	}
	return -1
}

// numbersOf reads "1", "1, 2" and the like.
func numbersOf(inside []rune) (numbers []int, ok bool) {
	n, digits := 0, 0
	flush := func() {
		if digits > 0 {
			numbers = append(numbers, n)
		}
		n, digits = 0, 0
	}
	for _, r := range inside {
		if d := digit(r); d >= 0 {
			n, digits = min(n*10+d, 1<<20), digits+1
			continue
		}
		flush()
	}
	flush()
	return numbers, len(numbers) > 0
}

// finish judges the sentence that is complete.
func (g *Gate) finish() {
	text := clean(g.text)
	if text != "" {
		s := Sentence{Text: text, Cites: g.cites}
		switch {
		case g.long:
			s.Reason = Long
		case strings.HasSuffix(text, "：") || strings.HasSuffix(text, ":"):
			s.Reason = Heading
		case asks(text):
			s.Reason = Asking
		default:
			s.Cites, s.Reason = g.place(s)
		}
		g.judged = append(g.judged, s)
	}
	g.reset()
}

// place judges a sentence by what it cites. One without a mark, as small models
// write them, gets the mark of the first source that bears it out.
func (g *Gate) place(s Sentence) ([]int, Reason) {
	if len(s.Cites) > 0 {
		return s.Cites, g.judge(s)
	}
	for _, source := range g.config.Sources {
		s.Cites = []int{source.N}
		if g.judge(s) == Passed {
			return s.Cites, Passed
		}
	}
	return nil, Uncited
}

func (g *Gate) reset() {
	g.text, g.cites, g.long, g.ended = g.text[:0], nil, false, false
}
