package guide

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Ask is what a question asks of a guide.
type Ask struct {
	Aspects []Aspect
	Cases   map[Case]bool // that it says
	Implied map[Case]bool // that these are most often dealt with as
	Texts   []string      // the question and the official words for its everyday ones
	Besides bool          // asks only for what a circumstance adds
	Single  bool          // asks about one material

	rest     []string // what is left of the question without aspects and cases
	full     []string // the same with the cases
	wordings []Wording
}

// Wording is an everyday phrase of a question with the official words for it.
type Wording struct {
	Everyday string
	Official []string
}

var (
	besides = regexp.MustCompile(`还[得要]|另外|多[交带要]|额外|再[交带]`)
	single  = regexp.MustCompile(`原件|复印件|(?:几|多少)(?:张|份|寸)|(?:要不要|用不用|需不需要|要)(?:带|交|用)?\p{Han}{0,8}(?:证|本|簿|照片|证明|合同|委托书)(?:吗|不|么|嘛|$)|要不要(?:带|交|用)?\p{Han}{0,4}(?:证|本|簿|照片|证明|合同|委托书)`)
	polite  = regexp.MustCompile(`请问(?:一下)?|麻烦|请教`)
)

// Understand reads a folded question. wordings are the everyday phrases in it;
// noise are phrases that name nothing.
func Understand(question string, wordings []Wording, noise func(string) string) Ask {
	question = strings.TrimRight(polite.ReplaceAllString(question, ""), "?!。, ")
	a := Ask{Cases: map[Case]bool{}, Implied: map[Case]bool{}, Texts: []string{question}}
	a.wordings = longest(wordings, question)
	for _, w := range a.wordings {
		a.Texts = append(a.Texts, w.Official...)
	}
	for _, r := range caseRules() {
		if !r.said.MatchString(question) {
			continue
		}
		a.Cases[r.name] = true
		if r.implies != "" {
			a.Implied[r.implies] = true
		}
	}
	if a.Cases[ByAgent] {
		delete(a.Cases, InPerson)
	}
	a.Besides = besides.MatchString(question)
	a.Single = single.MatchString(question)
	var rest string
	a.Aspects, rest = aspectsAsked(question)
	if a.Single {
		rest = question // which material it is may stand in what asks for it
	}
	a.full = strings.Fields(noise(rest))
	a.rest = strings.Fields(noise(WithoutCases(rest)))
	return a
}

// other are the wordings for neither aspects nor cases.
func (a Ask) other() []Wording {
	var kept []Wording
	for _, w := range a.wordings {
		if !slices.ContainsFunc(w.Official, func(word string) bool { return len(named(word)) > 0 || aspectOf(word) != Other }) {
			kept = append(kept, w)
		}
	}
	return kept
}

// longest keeps the wordings that are no part of a longer one.
func longest(wordings []Wording, question string) []Wording {
	sorted := slices.Clone(wordings)
	slices.SortStableFunc(sorted, func(x, y Wording) int { return len(y.Everyday) - len(x.Everyday) })
	var kept []Wording
	for _, w := range sorted {
		if strings.Contains(question, w.Everyday) {
			kept = append(kept, w)
			question = strings.ReplaceAll(question, w.Everyday, " ")
		}
	}
	return kept
}

// aspectsAsked finds what is asked, and gives the question without it.
func aspectsAsked(question string) ([]Aspect, string) {
	var asked, weak []Aspect
	for _, r := range aspectRules() {
		if r.asked == nil || !r.asked.MatchString(question) {
			continue
		}
		if r.weak {
			weak = append(weak, r.aspect)
			continue
		}
		if !slices.Contains(asked, r.aspect) {
			asked = append(asked, r.aspect)
		}
		question = r.asked.ReplaceAllString(question, " ")
	}
	if len(asked) == 0 {
		asked = weak
	}
	return asked, question
}

// Asks reports whether a folded question asks for an aspect of a matter, or
// about a case of it.
func Asks(question string) bool {
	aspects, _ := aspectsAsked(polite.ReplaceAllString(question, ""))
	return len(aspects) > 0 || SaysCase(question)
}

// SaysCase reports whether a folded text says in which case somebody is.
func SaysCase(text string) bool {
	return slices.ContainsFunc(caseRules(), func(r caseRule) bool { return r.said.MatchString(text) })
}

// WithoutCases takes out of a folded text what says in which case somebody is.
func WithoutCases(text string) string {
	for _, r := range caseRules() {
		text = r.said.ReplaceAllString(text, " ")
	}
	return text
}

// Foreign reports whether a question names a kind of thing (补贴, 贷款) that a
// guide never speaks of.
func (g *Guide) Foreign(a Ask) bool {
	for _, kind := range kindWords() {
		if strings.Contains(a.Texts[0], kind) && !strings.Contains(g.Doc.Title+g.Doc.Text, kind) {
			return true
		}
	}
	return false
}

// terms are the pairs of characters in texts of a question and in other words for
// it, without the guide's own name.
func (t Title) terms(texts []string, wordings []Wording) map[string]bool {
	for _, w := range wordings {
		if t.Match(w.Official) == 0 {
			texts = append(slices.Clip(texts), w.Official...)
		}
	}
	terms := map[string]bool{}
	for _, text := range texts {
		runes := []rune(text)
		own := make([]bool, len(runes))
		for _, run := range t.runs {
			cover(runes, make([]bool, len(runes)), run, own)
		}
		for i := 0; i+1 < len(runes); i++ {
			if own[i] && own[i+1] || !unicode.Is(unicode.Han, runes[i]) || !unicode.Is(unicode.Han, runes[i+1]) ||
				strings.ContainsRune(emptyRunes, runes[i]) || strings.ContainsRune(emptyRunes, runes[i+1]) {
				continue
			}
			terms[string(runes[i:i+2])] = true
		}
	}
	return terms
}

// emptyRunes say nothing of a matter by themselves.
const emptyRunes = "的了是在有和与及或也都就还要会能可以个么吗呢吧啊呀这那哪几多少被把将对为从到向给让请问想去来做办搞我你您他她它们俺咱上下不没之其啥吃新说看听"
