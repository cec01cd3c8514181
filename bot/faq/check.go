package faq

import (
	"context"
	"fmt"
	"iter"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// Bounds of an entry, in runes.
const (
	maxQuestion = 500
	maxAnswer   = 2000
	maxQuote    = 1000
)

// Collection is what citations are looked up in.
type Collection interface {
	Loader
	List(ctx context.Context) iter.Seq2[retrieval.Listing, error]
}

// Checker checks entries against a collection as it stood when it was made.
type Checker struct {
	docs  Loader
	named map[string][]string // IDs of the current documents by what they are called
	phone string
}

// NewChecker reads how the documents of a collection are called. phone is the
// configured number, which answers may name without a source.
func NewChecker(ctx context.Context, c Collection, phone string) (*Checker, error) {
	k := &Checker{docs: c, named: map[string][]string{}, phone: phone}
	for l, err := range c.List(ctx) {
		if err != nil {
			return nil, fmt.Errorf("list the documents that may be cited: %w", err)
		}
		if l.State != retrieval.StateCurrent {
			continue
		}
		names := map[string]bool{}
		for _, name := range []string{l.ID, l.Key, l.URL, l.Source, l.DocNo, l.Title, fileName(l.Source)} {
			if name = sourceName(name); name != "" && !names[name] {
				names[name] = true
				k.named[name] = append(k.named[name], l.ID)
			}
		}
	}
	return k, nil
}

// sourceName is how the name of a document is compared: an address without its
// scheme, a title without marks.
func sourceName(s string) string {
	s = strings.TrimSpace(s)
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = strings.TrimRight(rest, "/")
	}
	return strings.ReplaceAll(strings.Trim(retrieval.FoldString(s), "《》"), " ", "")
}

// fileName is the last element of a path, "" of an address.
func fileName(source string) string {
	if strings.Contains(source, "://") {
		return ""
	}
	return source[strings.LastIndexAny(source, `/\`)+1:]
}

// Problem is why an entry cannot be published.
type Problem struct {
	Field string `json:"field"` // as in the JSON of an Entry
	Text  string `json:"text"`  // one sentence
}

// Check finds the documents and the places that an entry cites, and says what
// keeps it from being published. The entry comes back with what was found.
func (k *Checker) Check(ctx context.Context, e Entry) (Entry, []Problem, error) {
	var problems []Problem
	say := func(field, format string, args ...any) {
		problems = append(problems, Problem{field, fmt.Sprintf(format, args...)})
	}
	if strings.TrimSpace(e.Question) == "" {
		say("question", "the question is empty")
	}
	for _, q := range e.Forms() {
		if n := utf8.RuneCountInString(q); n > maxQuestion {
			say("question", "the question %q… has %d characters; at most %d are allowed", firstRunes(q, 20), n, maxQuestion)
		}
	}
	switch n := utf8.RuneCountInString(e.Answer); {
	case strings.TrimSpace(e.Answer) == "":
		say("answer", "the answer is empty")
	case n > maxAnswer:
		say("answer", "the answer has %d characters; at most %d are allowed", n, maxAnswer)
	}
	if _, err := time.Parse(time.DateOnly, e.ValidUntil); e.ValidUntil != "" && err != nil {
		say("valid_until", "valid_until %q is not a date; write it like 2026-12-31", e.ValidUntil)
	}
	if len(e.Citations) == 0 {
		say("citations", "no source is cited; name a document and quote the words that the answer rests on")
	}
	e.Citations = append([]Citation{}, e.Citations...)
	var held strings.Builder
	found := true
	for i := range e.Citations {
		c, doc, problem, err := k.find(ctx, e.Citations[i])
		if err != nil {
			return e, nil, err
		}
		e.Citations[i] = c
		if problem != "" {
			say("citations", "source %d: %s", i+1, problem)
			found = false
			continue
		}
		held.WriteString(strings.Join([]string{c.Quote, doc.Title, doc.DocNo, doc.Published, doc.Effective, doc.Publisher, doc.ClauseAt(c.Start)}, "\n") + "\n")
	}
	if found && len(e.Citations) > 0 {
		for _, f := range unsupported(e.Answer, held.String()+k.phone) {
			say("answer", "the figure %q of the answer stands in no quoted words; quote the passage that has it, or leave it out", f)
		}
	}
	return e, problems, nil
}

// find gives a citation with its document and its place.
func (k *Checker) find(ctx context.Context, c Citation) (Citation, retrieval.Document, string, error) {
	ids := k.named[sourceName(c.Source)]
	switch {
	case strings.TrimSpace(c.Source) == "":
		return c, retrieval.Document{}, "no document is named", nil
	case strings.TrimSpace(c.Quote) == "":
		return c, retrieval.Document{}, "no words are quoted", nil
	case utf8.RuneCountInString(c.Quote) > maxQuote:
		return c, retrieval.Document{}, fmt.Sprintf("the quoted words have %d characters; at most %d are allowed", utf8.RuneCountInString(c.Quote), maxQuote), nil
	case len(ids) == 0:
		return c, retrieval.Document{}, fmt.Sprintf("there is no current document %q; name it by its address, title or doc_id (zhiwen docs lists them)", c.Source), nil
	}
	var in []retrieval.Document
	var at []retrieval.Span
	for _, id := range ids {
		doc, err := k.docs.Document(ctx, id)
		if err != nil {
			return c, retrieval.Document{}, "", fmt.Errorf("load document %s: %w", id, err)
		}
		if span, ok := locate(doc.Text, c); ok {
			in, at = append(in, doc), append(at, span)
		}
	}
	switch len(in) {
	case 0:
		return c, retrieval.Document{}, fmt.Sprintf("the quoted words %q… do not stand in %q; copy them from the stored text", firstRunes(c.Quote, 20), c.Source), nil
	case 1:
	default:
		return c, retrieval.Document{}, fmt.Sprintf("%d documents called %q hold the quoted words; name the document by its address or doc_id", len(in), c.Source), nil
	}
	c.DocID, c.Start, c.End = in[0].ID, at[0].Start, at[0].End
	c.Quote = in[0].Text[c.Start:c.End]
	return c, in[0], "", nil
}

// locate finds the quoted words in a text: at their offsets, else wherever they
// stand first, else with width and white space folded, as they are copied from a
// page.
func locate(text string, c Citation) (retrieval.Span, bool) {
	if stands(text, c) {
		return retrieval.Span{Start: c.Start, End: c.End}, true
	}
	quote := strings.TrimSpace(c.Quote)
	if at := strings.Index(text, quote); at >= 0 {
		return retrieval.Span{Start: at, End: at + len(quote)}, true
	}
	folded, words := retrieval.Fold(text), strings.TrimSpace(retrieval.FoldString(quote))
	at := strings.Index(folded.Text, words)
	if words == "" || at < 0 {
		return retrieval.Span{}, false
	}
	start, end := folded.Original(at, at+len(words))
	return retrieval.Span{Start: start, End: end}, true
}

// hanFigure is a numeral in Chinese characters with its unit; without one it may
// be part of a word (一般, 三轮车).
var hanFigure = regexp.MustCompile(`([〇零一二两三四五六七八九十百千]+)(个工作日|工作日|个月|万元|亿元|周岁|[天日年月元份次岁折成])`)

// unsupported gives the figures of an answer that stand nowhere in what it may
// take them from.
func unsupported(answer, held string) []string {
	known := map[string]bool{}
	for _, f := range retrieval.Figures(held) {
		known[f] = true
	}
	foldedHeld := retrieval.FoldString(held)
	spelled := map[string]bool{}
	for _, m := range hanFigure.FindAllStringSubmatch(foldedHeld, -1) {
		spelled[strconv.Itoa(numeral(m[1]))+m[2]] = true
	}
	var missing []string
	seen := map[string]bool{}
	miss := func(f string) {
		if !seen[f] {
			seen[f] = true
			missing = append(missing, f)
		}
	}
	for _, f := range retrieval.Figures(answer) {
		if !known[f] {
			miss(f)
		}
	}
	for _, m := range hanFigure.FindAllStringSubmatch(retrieval.FoldString(answer), -1) {
		figure := strconv.Itoa(numeral(m[1]))
		if !strings.Contains(foldedHeld, m[0]) && !spelled[figure+m[2]] && !known[figure] {
			miss(m[0])
		}
	}
	return missing
}

func numeral(s string) int { return retrieval.ParseNumeral(s) }

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
