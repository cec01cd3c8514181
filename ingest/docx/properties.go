package docx

import (
	"encoding/xml"
	"strconv"
	"strings"

	"zhiwen/ingest/container"
)

// paragraphProperties is what a paragraph says of itself; level and depth are
// negative where it says nothing, and list "0" takes the style's list away.
type paragraphProperties struct {
	style   string
	list    string
	level   int
	depth   int
	deleted bool // the mark, so that the next paragraph belongs to this one
	hidden  bool
	shaded  bool
}

func (r *reader) paragraphProperties() (paragraphProperties, error) {
	p := paragraphProperties{level: -1, depth: -1}
	err := r.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "pStyle":
			p.style = container.Attr(e, "val")
		case "outlineLvl":
			p.depth = outlineDepth(container.Attr(e, "val"))
		case "shd":
			p.shaded = isShade(e)
		case "numPr":
			return r.each(func(e xml.StartElement) error {
				switch e.Name.Local {
				case "numId":
					p.list = container.Attr(e, "val")
				case "ilvl":
					p.level = number(container.Attr(e, "val"), 0)
				}
				return r.Skip()
			})
		case "rPr":
			properties, err := r.runProperties()
			p.deleted, p.hidden = properties.deleted, properties.hidden(r.styles, true)
			return err
		}
		return r.Skip()
	})
	return p, err
}

// runProperties is what a run says of itself.
type runProperties struct {
	style   string
	vanish  string // "" where it says nothing
	deleted bool
	white   bool
	shaded  bool
}

// hidden reports whether a run is not shown. White text is seen only on a shade.
func (p runProperties) hidden(s styles, shaded bool) bool {
	if p.white && !p.shaded && !shaded {
		return true
	}
	if p.vanish != "" {
		return isOn(p.vanish)
	}
	return s.hidden(p.style)
}

func (r *reader) runProperties() (runProperties, error) {
	var p runProperties
	err := r.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "rStyle":
			p.style = container.Attr(e, "val")
		case "vanish":
			p.vanish = onOff(e)
		case "del", "moveFrom":
			p.deleted = true
		case "color":
			p.white = container.Attr(e, "val") == "FFFFFF" || container.Attr(e, "themeColor") == "background1"
		case "shd":
			p.shaded = p.shaded || isShade(e)
		case "highlight":
			p.shaded = p.shaded || !isPlain(container.Attr(e, "val"))
		}
		return r.Skip()
	})
	return p, err
}

// isShade reports whether a shade is another colour than the paper's.
func isShade(e xml.StartElement) bool {
	pattern := container.Attr(e, "val")
	return !isPlain(container.Attr(e, "fill")) || pattern != "" && pattern != "clear" && pattern != "nil"
}

func isPlain(colour string) bool {
	return colour == "" || colour == "auto" || colour == "none" || colour == "white" || strings.EqualFold(colour, "FFFFFF")
}

// onOff is the value of a switch; a bare element turns it on.
func onOff(e xml.StartElement) string {
	if v := container.Attr(e, "val"); v != "" {
		return v
	}
	return "1"
}

func isOn(v string) bool { return v == "1" || v == "true" || v == "on" }

func number(s string, otherwise int) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return otherwise
	}
	return n
}

// outlineDepth turns an outline level into a depth; 9 is body text.
func outlineDepth(val string) int {
	if n := number(val, 9); n >= 0 && n < 9 {
		return n + 1
	}
	return 0
}

// maxBased bounds a chain of styles, which a broken file may close to a ring.
const maxBased = 20

// styles are the styles of a document by their ID.
type styles map[string]style

type style struct {
	based  string
	list   string
	level  int
	depth  int // negative where it says nothing
	vanish string
	shaded bool
}

// defaultStyle is the key of the style of paragraphs that name none.
const defaultStyle = "\x00default"

func (s styles) read(d *xml.Decoder) error {
	r := reader{Decoder: d}
	return r.root(func(e xml.StartElement) error {
		if e.Name.Local != "style" {
			return r.Skip()
		}
		id := container.Attr(e, "styleId")
		isDefault := container.Attr(e, "type") == "paragraph" && isOn(container.Attr(e, "default"))
		read := style{depth: -1}
		err := r.each(func(e xml.StartElement) error {
			switch e.Name.Local {
			case "basedOn":
				read.based = container.Attr(e, "val")
			case "pPr":
				p, err := r.paragraphProperties()
				read.list, read.level, read.depth, read.shaded = p.list, max(p.level, 0), p.depth, p.shaded
				return err
			case "rPr":
				p, err := r.runProperties()
				read.vanish = p.vanish
				return err
			}
			return r.Skip()
		})
		s[id] = read
		if isDefault {
			s[defaultStyle] = read
		}
		return err
	})
}

// root reads the children of the root element.
func (r *reader) root(f func(xml.StartElement) error) error {
	for {
		token, err := r.Token()
		if err != nil {
			return err
		}
		if _, ok := token.(xml.StartElement); ok {
			return r.each(f)
		}
	}
}

// paragraph gives a style with what it takes over from those it is based on.
func (s styles) paragraph(id string) style {
	if id == "" {
		id = defaultStyle
	}
	found := style{depth: -1}
	for range maxBased {
		own, ok := s[id]
		if !ok {
			break
		}
		if found.list == "" {
			found.list, found.level = own.list, own.level
		}
		if found.depth < 0 {
			found.depth = own.depth
		}
		found.shaded = found.shaded || own.shaded
		id = own.based
	}
	found.depth = max(found.depth, 0)
	return found
}

func (s styles) hidden(id string) bool {
	for range maxBased {
		own, ok := s[id]
		if !ok {
			return false
		}
		if own.vanish != "" {
			return isOn(own.vanish)
		}
		id = own.based
	}
	return false
}
