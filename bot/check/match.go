package check

import (
	"fmt"
	"math"
)

// exactMatch describes a place that says a text letter by letter.
func (k *checking) exactMatch(text string, l located, role Role) Match {
	start, end := l.text.bytes(l.start, l.end)
	m := k.passage(l.text, start, end, role)
	m.Diff, m.Score = []Op{{Equal, text}}, 1
	return m
}

// match describes the passage that a sentence was aligned with.
func (k *checking) match(w *wording, n *nearest, role Role) Match {
	start, end := 0, 0
	if n.to > n.from {
		start, end = n.text.span(n.from, n.to)
	}
	m := k.passage(n.text, start, end, role)
	m.Diff = n.diff(w, n.text.wording)
	m.Score = math.Round(n.score*1000) / 1000
	if m.Score == 1 {
		m.Score = 0.999 // only marks differ
	}
	return m
}

// passage describes a part of a stored text.
func (k *checking) passage(t *stored, start, end int, role Role) Match {
	m := Match{
		DocID: t.ID, Title: t.Title, DocNo: t.DocNo, Publisher: t.Publisher, Published: t.Published, Validity: t.Validity,
		Clause: t.ClauseAt(start), Quote: t.Text[start:end], Start: start, End: end, Page: t.PageAt(start),
		Diff: []Op{}, Role: role, Period: t.period().String(), Material: t.material, Recognised: t.IsRecognised(start, end),
	}
	if !t.material {
		m.URL = fmt.Sprintf("/doc/%s#s%d-%d", t.ID, start, end)
	}
	return m
}
