package rtf

import "zhiwen/ingest/content"

// word does what a control word says. The first one of a group may name a
// destination: unknown ones behind \* and those that are no text are ignored.
func (r *reader) word(t token) {
	r.decode()
	if (r.first || r.star) && r.destination(t.name) {
		r.star = false
		return
	}
	r.star = false
	if !r.fontList && r.ignored && t.name != "bin" && t.name != "uc" && t.name != "shptxt" {
		return
	}
	switch t.name {
	case "par", "sect":
		r.paragraph()
	case "line", "lbr":
		r.write('\n')
	case "tab":
		r.write('\t')
	case "emspace", "enspace", "qmspace":
		r.write(' ')
	case "emdash":
		r.write('—')
	case "endash":
		r.write('–')
	case "lquote":
		r.write('‘')
	case "rquote":
		r.write('’')
	case "ldblquote":
		r.write('“')
	case "rdblquote":
		r.write('”')
	case "bullet":
		r.write('•')
	case "u":
		r.unicode(t.number)
	case "uc":
		r.fallback = min(max(t.number, 0), 16)
	case "bin":
		r.jump(t.number)
	case "ansicpg":
		r.page = encodingOfPage(t.number)
	case "f":
		r.font = t.number
	case "fcharset":
		if r.fontList {
			r.fonts[r.font] = encodingOfCharset(t.number)
		}
	default:
		r.format(t)
	}
}

// format takes words about the look of characters, paragraphs and tables.
func (r *reader) format(t token) {
	on := !t.hasNumber || t.number != 0
	switch t.name {
	case "v":
		r.hidden = on
	case "deleted":
		r.deleted = on
	case "plain":
		r.hidden, r.deleted = false, false
	case "pard":
		r.inTable, r.depth = false, 0
	case "outlinelevel":
		r.depth = 0
		if t.number >= 0 && t.number < 9 {
			r.depth = t.number + 1
		}
	case "intbl":
		r.inTable = true
	case "trowd":
		r.edges, r.edge = nil, content.Placed{}
	case "clvmrg":
		r.edge.GoesOn = true
	case "clmrg":
		r.edge.Joined = true
	case "cellx":
		r.edge.Right = t.number
		if n := len(r.edges); n > 0 {
			r.edge.Left = r.edges[n-1].Right
		}
		if len(r.edges) < maxDepth {
			r.edges = append(r.edges, r.edge)
		}
		r.edge = content.Placed{}
	case "cell":
		r.endCell()
	case "nestcell":
		r.cell = append(r.cell, r.take())
	case "row":
		r.endRow()
	}
}

func (r *reader) destination(name string) bool {
	switch name {
	case "fonttbl":
		r.ignored, r.fontList = true, true
	case "colortbl", "stylesheet", "info", "pict", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr",
		"footerf", "footnote", "annotation", "nonshppict", "shprslt", "nonesttables", "listtable", "listoverridetable",
		"pntxta", "pntxtb", "xe", "tc", "bkmkstart", "bkmkend", "mmathPr", "upr":
		r.ignored = true
	case "ud", "shpinst", "background":
		r.ignored = name != "ud"
	case "shptxt":
		r.ignored = false
	default:
		if !r.star {
			return false
		}
		r.ignored = true
	}
	return true
}

func (r *reader) write(c rune) {
	if r.skip > 0 {
		r.skip--
		return
	}
	if r.shows() {
		r.text.WriteRune(c)
	}
}

// symbol takes a backslash with a sign.
func (r *reader) symbol(t token) {
	switch t.name {
	case "*":
		r.star = true
		return
	case "'":
		r.bytes([]byte{byte(t.number)})
		return
	}
	r.decode()
	switch t.name {
	case "\\", "{", "}":
		r.write(rune(t.name[0]))
	case "~":
		r.write('\u00a0')
	case "_":
		r.write('-')
	case "\n", "\r":
		if !r.ignored {
			r.paragraph()
		}
	}
}
