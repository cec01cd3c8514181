package docx

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
	"zhiwen/ingest/numbering"
)

// maxDepth bounds how deep elements may stand in each other. Word's own
// documents stay below 60.
const maxDepth = 500

// reader is the work in progress of one document. Its text is read in one
// pass; what stands in a table or a text box is collected apart.
type reader struct {
	*xml.Decoder
	depth   int
	styles  styles
	lists   lists
	counter numbering.Counter

	hidden strings.Builder // text that is not shown
	filled int             // tables and boxes around, whose colour may be any

	blocks []content.Block
	open   *paragraph // a paragraph whose mark is deleted goes on in the next
}

// paragraph is a paragraph being read.
type paragraph struct {
	text   strings.Builder
	label  string
	depth  int
	hidden bool // the mark itself
	shaded bool // it stands on a colour
	merged bool // the mark is deleted

	fields []bool          // for each open field: are its results being read?
	boxes  []content.Block // what its text boxes hold, set behind it
}

var errDepth = errors.New("elements nested too deeply")

func (r *reader) read(d *xml.Decoder) error {
	r.Decoder = d
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "body" {
			if err := r.blocksIn(); err != nil {
				return err
			}
			r.flush()
			return nil
		}
	}
}

// each calls f for every element in the one just opened, up to its end. What
// f leaves unread is f's to skip.
func (r *reader) each(f func(xml.StartElement) error) error {
	if r.depth++; r.depth > maxDepth {
		return errDepth
	}
	defer func() { r.depth-- }()
	for {
		token, err := r.Token()
		if err == io.EOF {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if err := f(t); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// blocksIn reads the paragraphs and tables in an element.
func (r *reader) blocksIn() error { return r.each(r.block) }

func (r *reader) block(e xml.StartElement) error {
	switch e.Name.Local {
	case "p":
		return r.paragraph()
	case "tbl":
		r.flush()
		return r.table()
	case "sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag":
		return r.blocksIn()
	case "AlternateContent":
		return r.choice(r.blocksIn)
	}
	return r.Skip()
}

// choice reads the first alternative only: the others say the same again.
func (r *reader) choice(read func() error) error {
	taken := false
	return r.each(func(e xml.StartElement) error {
		if taken || e.Name.Local != "Choice" && e.Name.Local != "Fallback" {
			return r.Skip()
		}
		taken = true
		return read()
	})
}

func (r *reader) paragraph() error {
	p := r.open
	if p == nil {
		p = &paragraph{}
	}
	r.open, p.merged, p.hidden = nil, false, false
	numbered := p.text.Len() > 0
	err := r.each(func(e xml.StartElement) error {
		if e.Name.Local == "pPr" {
			properties, err := r.paragraphProperties()
			if err == nil && !numbered {
				r.apply(p, properties)
			}
			p.merged, p.hidden = properties.deleted, properties.hidden
			return err
		}
		return r.inline(p, e)
	})
	if err != nil {
		return err
	}
	if p.merged || p.hidden && p.text.Len() == 0 {
		r.open = p
		return nil
	}
	r.close(p)
	return nil
}

// apply takes over what the properties and the style behind them say.
func (r *reader) apply(p *paragraph, properties paragraphProperties) {
	style := r.styles.paragraph(properties.style)
	p.shaded = properties.shaded || style.shaded
	list, level := properties.list, properties.level
	if list == "" {
		list = style.list
		if list != "" && level < 0 {
			level = r.lists.levelOf(list, properties.style, style.level)
		}
	}
	p.depth = style.depth
	if properties.depth >= 0 {
		p.depth = properties.depth
	}
	if !properties.deleted && !properties.hidden {
		p.label = r.lists.label(&r.counter, list, max(level, 0))
	}
}

func (r *reader) close(p *paragraph) {
	text := p.text.String()
	if strings.TrimSpace(text) != "" {
		text = p.label + text
	}
	r.blocks = append(r.blocks, content.Block{Text: text, Depth: p.depth})
	r.blocks = append(r.blocks, p.boxes...)
}

// flush ends a paragraph that waits for the next one.
func (r *reader) flush() {
	if r.open != nil {
		r.close(r.open)
		r.open = nil
	}
}

// inline reads what stands in a paragraph.
func (r *reader) inline(p *paragraph, e xml.StartElement) error {
	within := func() error {
		return r.each(func(e xml.StartElement) error { return r.inline(p, e) })
	}
	switch e.Name.Local {
	case "r":
		return r.run(p)
	case "t": // of a formula
		return r.characters(&p.text)
	case "AlternateContent":
		return r.choice(within)
	case "ins", "moveTo", "hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo",
		"ruby", "rubyBase", "oMath", "oMathPara", "num", "den", "e", "sub", "sup", "f", "d", "sSub", "sSup", "sSubSup", "rad", "nary", "func", "fName":
		return within()
	}
	return r.Skip()
}

// run reads characters of one look. Its properties come first.
func (r *reader) run(p *paragraph) error {
	hidden := false
	var within func(e xml.StartElement) error
	within = func(e xml.StartElement) error {
		switch e.Name.Local {
		case "rPr":
			properties, err := r.runProperties()
			hidden = properties.hidden(r.styles, p.shaded || r.filled > 0)
			return err
		case "fldChar":
			p.field(container.Attr(e, "fldCharType"))
			return r.Skip()
		case "AlternateContent":
			return r.choice(func() error { return r.each(within) })
		case "drawing", "pict", "object":
			if hidden {
				return r.Skip()
			}
			return r.boxesIn(p)
		}
		switch {
		case hidden && e.Name.Local == "t":
			return r.characters(&r.hidden)
		case hidden || p.inInstruction():
			return r.Skip()
		}
		switch e.Name.Local {
		case "t":
			return r.characters(&p.text)
		case "ruby", "rubyBase", "r":
			return r.inline(p, e)
		case "tab", "ptab":
			p.text.WriteByte('\t')
		case "br", "cr":
			if kind := container.Attr(e, "type"); kind == "" || kind == "textWrapping" {
				p.text.WriteByte('\n')
			}
		case "noBreakHyphen":
			p.text.WriteByte('-')
		case "sym":
			p.text.WriteString(symbol(container.Attr(e, "char")))
		}
		return r.Skip()
	}
	return r.each(within)
}

func (p *paragraph) field(mark string) {
	switch mark {
	case "begin":
		p.fields = append(p.fields, false)
	case "separate":
		if n := len(p.fields); n > 0 {
			p.fields[n-1] = true
		}
	case "end":
		if n := len(p.fields); n > 0 {
			p.fields = p.fields[:n-1]
		}
	}
}

// inInstruction holds where a field says how to make its text.
func (p *paragraph) inInstruction() bool {
	for _, results := range p.fields {
		if !results {
			return true
		}
	}
	return false
}

// symbol is a character chosen by its place in a font. Places of the private
// use area are pictures.
func symbol(hex string) string {
	n, err := strconv.ParseUint(hex, 16, 16)
	if err != nil || n >= 0xE000 && n <= 0xF8FF || n < ' ' {
		return ""
	}
	return string(rune(n))
}

// boxesIn collects the text boxes of a drawing.
func (r *reader) boxesIn(p *paragraph) error {
	return r.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "txbxContent":
			blocks, err := r.apart(r.blocksIn)
			p.boxes = append(p.boxes, blocks...)
			return err
		case "AlternateContent":
			return r.choice(func() error { return r.boxesIn(p) })
		}
		return r.boxesIn(p)
	})
}

// apart collects what read adds, instead of the document.
func (r *reader) apart(read func() error) ([]content.Block, error) {
	outer, open := r.blocks, r.open
	r.blocks, r.open = nil, nil
	r.filled++
	err := read()
	r.filled--
	r.flush()
	inner := r.blocks
	r.blocks, r.open = outer, open
	return inner, err
}

// characters adds the text of the element just opened.
func (r *reader) characters(b *strings.Builder) error {
	for {
		token, err := r.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.CharData:
			b.Write(t)
		case xml.StartElement:
			if err := r.Skip(); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}
