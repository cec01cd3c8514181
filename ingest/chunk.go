package ingest

import (
	"strings"

	"zhiwen/retrieval"
)

// Lengths of chunks in characters. White space does not count: a document is
// cut alike in whatever format it comes.
const (
	minChunk = 150 // shorter neighbours of one parent are joined
	maxChunk = 600 // longer ones are cut
	aimChunk = 350 // what is cut is cut to about this length

	// maxGuarded is the longest quotation or bracket that no cut may fall
	// into; a longer one is a bracket that somebody forgot to close.
	maxGuarded = 300
)

// Chunks cuts a document: one 条, or the lowest heading with its body. Every
// character that is not white space lies in exactly one chunk. The document's
// ID and sections must be set.
func Chunks(doc *retrieval.Document, marks Marks) []retrieval.Chunk {
	c := cutter{doc: doc, guarded: guarded(doc.Text, marks.Rows)}
	for _, u := range c.joined(c.units()) {
		c.cut(u)
	}
	return c.chunks
}

// cutter is the work in progress of one document.
type cutter struct {
	doc     *retrieval.Document
	guarded []Span
	chunks  []retrieval.Chunk
}

// unit is a part of the text that belongs together.
type unit struct {
	Span
	runes   int
	section int  // the last section in it, -1 above the first heading
	heading bool // nothing but headings so far
}

// units cuts the text at the sections' starts; a 条 is one unit with all
// that is below it.
func (c *cutter) units() []unit {
	var units []unit
	text := c.doc.Text
	add := func(start, end, section int) {
		if s := trimSpan(text, Span{start, end}); s.Start < s.End {
			bare := section >= 0 && isBlank(text[min(c.doc.Sections[section].Body, s.End):s.End])
			units = append(units, unit{s, characters(text[s.Start:s.End]), section, bare})
		}
	}
	start, section := 0, -1
	for i, s := range c.doc.Sections {
		if c.inArticle(s.Parent) {
			continue
		}
		add(start, s.Start, section)
		start, section = s.Start, i
	}
	add(start, len(text), section)
	return units
}

// characters counts those that are not white space.
func characters(s string) int {
	n := 0
	for _, r := range s {
		if !isSpace(r) {
			n++
		}
	}
	return n
}

func (c *cutter) inArticle(section int) bool {
	for ; section >= 0; section = c.doc.Sections[section].Parent {
		if c.doc.Sections[section].Level == retrieval.LevelArticle {
			return true
		}
	}
	return false
}

// joined joins neighbours: a heading with what follows it, and short units of
// one parent up to the longest length.
func (c *cutter) joined(units []unit) []unit {
	var out []unit
	for _, u := range units {
		if n := len(out); n > 0 && c.join(out[n-1], u) {
			last := &out[n-1]
			last.runes += u.runes
			last.End = u.End
			last.section = u.section
			last.heading = last.heading && u.heading
			continue
		}
		out = append(out, u)
	}
	return out
}

func (c *cutter) join(a, b unit) bool {
	below := c.isBelow(b.section, a.section)
	if a.heading && below {
		return true
	}
	short := a.runes < minChunk || b.runes < minChunk && !b.heading
	return short && a.runes+b.runes <= maxChunk && (below || c.parent(a.section) == c.parent(b.section))
}

func (c *cutter) parent(section int) int {
	if section < 0 {
		return -1
	}
	return c.doc.Sections[section].Parent
}

// isBelow reports whether section is a descendant of ancestor. Everything is
// below the text above the first heading.
func (c *cutter) isBelow(section, ancestor int) bool {
	if ancestor < 0 {
		return true
	}
	for section = c.parent(section); section >= 0; section = c.doc.Sections[section].Parent {
		if section == ancestor {
			return true
		}
	}
	return false
}

// cut adds the chunks of a unit. A text without headings has nothing to keep
// together, so it is cut as soon as two pieces come near the aim.
func (c *cutter) cut(u unit) {
	longest := maxChunk
	if len(c.doc.Sections) == 0 {
		longest = aimChunk * 3 / 2
	}
	for u.runes > longest {
		pieces := (u.runes + aimChunk/2) / aimChunk
		at, runes := c.breakNear(u.Span, u.runes/max(pieces, 2))
		c.add(Span{u.Start, at})
		u.Start = at
		u.runes -= runes
	}
	c.add(u.Span)
}

// breakNear finds where to cut a span after about aim characters: the line
// end nearest to it, else the nearest end of a sentence, of a clause, of a
// character, each within two fifths of the aim and in no guarded range. Where
// one range takes up all of that, the cut falls before or behind it. It
// returns the offset and the characters before it.
func (c *cutter) breakNear(s Span, aim int) (offset, runes int) {
	type candidate struct{ at, runes, distance int }
	var best [breakKinds]candidate
	var before rune
	n, middle := 0, s.End
	for at, r := range c.doc.Text[s.Start:s.End] {
		at += s.Start
		distance := max(n-aim, aim-n)
		if n > aim && distance > aim*2/5 {
			break
		}
		if n > 0 && distance <= aim*2/5 && !c.isGuarded(at) {
			b := &best[breakBetween(before, r)]
			if b.at == 0 || distance < b.distance {
				*b = candidate{at, n, distance}
			}
		}
		if distance == 0 {
			middle = at
		}
		before = r
		if !isSpace(r) {
			n++
		}
	}
	for _, b := range best {
		if b.at > 0 {
			return b.at, b.runes
		}
	}
	offset = s.End
	if i := spanAt(c.guarded, middle); i >= 0 {
		offset = c.guarded[i].Start
		if offset <= s.Start {
			offset = min(c.guarded[i].End, s.End)
		}
	}
	return offset, characters(c.doc.Text[s.Start:offset])
}

// Kinds of places to cut at, best first.
const (
	breakLine = iota
	breakSentence
	breakClause
	breakAnywhere
	breakKinds
)

func breakBetween(before, after rune) int {
	switch {
	case before == '\n':
		return breakLine
	case strings.ContainsRune("”’」』）)》】", after):
		return breakAnywhere // the closing mark belongs to the sentence
	case strings.ContainsRune("。；！？!?;", before):
		return breakSentence
	case strings.ContainsRune("”’」』", before):
		return breakClause
	case strings.ContainsRune("，,、： \u00a0\u3000", before):
		return breakClause
	}
	return breakAnywhere
}

// isGuarded reports whether a cut at offset would fall inside a guarded span.
func (c *cutter) isGuarded(offset int) bool {
	i := spanAt(c.guarded, offset)
	return i >= 0 && c.guarded[i].Start < offset
}

func (c *cutter) add(s Span) {
	if s = trimSpan(c.doc.Text, s); s.Start == s.End {
		return
	}
	body := c.firstBody(s)
	c.chunks = append(c.chunks, retrieval.Chunk{
		ID:      retrieval.NewChunkID(c.doc.ID, len(c.chunks)),
		Ordinal: len(c.chunks),
		Clause:  c.doc.ClauseAt(body),
		Path:    c.doc.HeadingPath(body),
		Start:   s.Start,
		End:     s.End,
		Text:    c.doc.Text[s.Start:s.End],
	})
}

// firstBody is the first byte of a span that is text and not heading, its
// start when it is all heading.
func (c *cutter) firstBody(s Span) int {
	at := s.Start
	for {
		i := c.doc.SectionAt(at)
		if i < 0 || at >= c.doc.Sections[i].Body {
			return at
		}
		at = c.doc.Sections[i].Body
		if at < s.End {
			at += leadingSpace(c.doc.Text[at:s.End])
		}
		if at >= s.End {
			return s.Start
		}
	}
}
