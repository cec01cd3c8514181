package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"zhiwen/retrieval"
)

// onScreen is the most that an elderly visitor has to choose from at once.
const onScreen = 4

// menu is one screen of choices on the way to an answer: topics, the matters of
// a topic, or the parts of a matter.
type menu struct {
	Title   string
	Choices []choice
	Back    string // address of the screen before; empty on the first
	More    string // address of further choices; empty on the last page
	Fewer   string // address of the choices before these
}

// choice leads to another screen, or asks a question.
type choice struct {
	Label string
	URL   string
	// Question is asked, about the section of DocID at At where DocID is set.
	Question string
	DocID    string
	At       int
}

// errNoMenu: the address names nothing that can be chosen.
var errNoMenu = errors.New("no such menu")

// menu makes the screen that the query of an address names: none, topic=NAME,
// or doc=ID with section=AT for the parts of a part.
func (s *Server) menu(r *http.Request) (menu, error) {
	query, reads := r.URL.Query(), s.readerOf(r)
	if id := query.Get("doc"); id != "" {
		return s.partsMenu(r, id)
	}
	m, err := s.shelf.get(r.Context())
	if err != nil {
		s.cfg.Log.Error("list matters", "err", err)
	}
	name := query.Get("topic")
	if name == "" {
		screen := menu{Title: "您想办哪方面的事？"}
		for _, t := range m.topics {
			screen.Choices = append(screen.Choices, choice{Label: t.Name, URL: reads.URL(elderPath, "topic", t.Name)})
		}
		return screen.page(reads, query), nil
	}
	at := slices.IndexFunc(m.topics, func(t topic) bool { return t.Name == name })
	if at < 0 {
		return menu{}, errNoMenu
	}
	screen := menu{Title: name, Back: reads.URL(elderPath)}
	for _, item := range m.topics[at].Items {
		c := choice{Label: item.Question, Question: item.Question}
		if item.Question == "" {
			c = choice{Label: shortTitle(item.Title), URL: reads.URL(elderPath, "doc", item.DocID, "from", name)}
		}
		screen.Choices = append(screen.Choices, c)
	}
	return screen.page(reads, query), nil
}

// partsMenu gives the parts of a document, or of one of its parts.
func (s *Server) partsMenu(r *http.Request, id string) (menu, error) {
	doc, err := s.cfg.Documents.Document(r.Context(), id)
	if err != nil || doc.State != retrieval.StateCurrent {
		return menu{}, cmp.Or(err, errNoMenu)
	}
	query, reads := r.URL.Query(), s.readerOf(r)
	parent, from := -1, query.Get("from")
	screen := menu{Title: shortTitle(titleOf(doc)), Back: reads.URL(elderPath)}
	if from != "" {
		screen.Back = reads.URL(elderPath, "topic", from)
	}
	if query.Has("section") {
		at, err := strconv.Atoi(query.Get("section"))
		parent = slices.IndexFunc(doc.Sections, func(s retrieval.Section) bool { return s.Start == at })
		if err != nil || parent < 0 {
			return menu{}, errNoMenu
		}
		screen.Title += "：" + heading(doc, parent)
		screen.Back = reads.URL(elderPath, "doc", id, "from", from)
	}
	for _, i := range parts(doc, parent) {
		label := heading(doc, i)
		c := choice{Label: label, Question: screen.Title + "：" + label, DocID: id, At: doc.Sections[i].Start}
		if parent < 0 {
			c.Label = inPlainWords(label)
			c.Question = shortTitle(titleOf(doc)) + "：" + c.Label
		}
		if len(parts(doc, i)) > 1 {
			c = choice{Label: c.Label, URL: reads.URL(elderPath, "doc", id, "section", strconv.Itoa(doc.Sections[i].Start), "from", from)}
		}
		screen.Choices = append(screen.Choices, c)
	}
	if parent < 0 {
		order := rules(partTable)
		slices.SortStableFunc(screen.Choices, func(a, b choice) int { return cmp.Compare(rank(order, a.Label), rank(order, b.Label)) })
	}
	if len(screen.Choices) == 0 { // a text without parts
		return menu{}, errNoMenu
	}
	return screen.page(reads, query), nil
}

// parts are the sections below parent that have a heading of their own and say
// something below it; the items of a list are none.
func parts(doc retrieval.Document, parent int) []int {
	var found []int
	for i, s := range doc.Sections {
		if s.Parent == parent && strings.TrimSpace(s.Heading) != "" && hasText(doc, s) {
			found = append(found, i)
		}
	}
	return found
}

// hasText reports whether a section's heading stands on a line of its own with
// text below it.
func hasText(doc retrieval.Document, s retrieval.Section) bool {
	body := min(max(s.Body, 0), len(doc.Text))
	line, below, _ := strings.Cut(doc.Text[body:max(body, min(s.End, len(doc.Text)))], "\n")
	return strings.TrimSpace(line) == "" && strings.TrimSpace(below) != ""
}

func heading(doc retrieval.Document, i int) string { return strings.TrimSpace(doc.Sections[i].Heading) }

// inPlainWords says what a visitor learns from a part with that heading.
func inPlainWords(heading string) string {
	for _, r := range rules(partTable) {
		if strings.Contains(heading, r.name) {
			return strings.Join(r.words, " ")
		}
	}
	return heading
}

func rank(order []rule, label string) int {
	if at := slices.IndexFunc(order, func(r rule) bool { return strings.Join(r.words, " ") == label }); at >= 0 {
		return at
	}
	return len(order)
}

// page leaves the choices of the page that an address names, from 1.
func (m menu) page(reads reader, query url.Values) menu {
	pages := max(1, (len(m.Choices)+onScreen-1)/onScreen)
	page, err := strconv.Atoi(query.Get("page"))
	if err != nil {
		page = 1
	}
	page = min(max(page, 1), pages)
	to := func(n int) string {
		var pairs []string
		for _, name := range []string{"topic", "doc", "section", "from"} {
			pairs = append(pairs, name, query.Get(name))
		}
		if n > 1 {
			pairs = append(pairs, "page", strconv.Itoa(n))
		}
		return reads.URL(elderPath, pairs...)
	}
	if page > 1 {
		m.Fewer = to(page - 1)
	}
	if page < pages {
		m.More = to(page + 1)
	}
	m.Choices = m.Choices[(page-1)*onScreen : min(page*onScreen, len(m.Choices))]
	return m
}
