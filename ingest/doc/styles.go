package doc

// maxBased bounds a chain of styles, which a broken file may close to a ring.
const maxBased = 20

// noStyle is the base of a style that has none.
const noStyle = 0x0FFF

type styles []style

type style struct {
	based int
	layout
	run run
}

// readStyles reads the style sheet.
func readStyles(sheet view) styles {
	head := sheet.uint16(0)
	n, fixed := sheet.uint16(2), sheet.uint16(4)
	var all styles
	at := 2 + head
	for range n {
		size := sheet.uint16(at)
		all = append(all, readStyle(sheet.cut(at+2, size), fixed))
		at += 2 + size
		if at >= len(sheet) {
			break
		}
	}
	return all
}

func readStyle(b view, fixed int) style {
	s := style{based: noStyle, layout: unsaid, run: run{hidden: -1, style: -1}}
	if len(b) == 0 {
		return s
	}
	kind := b.uint16(2) & 0xF
	s.based = b.uint16(2) >> 4
	at := fixed + 2 + 2*b.uint16(fixed) + 2
	next := func() view {
		at += at % 2
		size := b.uint16(at)
		part := b.cut(at+2, size)
		at += 2 + size
		return part
	}
	switch kind {
	case 1: // of paragraphs
		list := next()
		properties(list.cut(2, len(list)), s.layout.read)
		s.run.read(next())
	case 2: // of characters
		s.run.read(next())
	}
	return s
}

// layout gives what a style says, with what it takes over from its bases.
func (all styles) layout(id int) layout {
	found := unsaid
	for range maxBased {
		if id < 0 || id >= len(all) {
			break
		}
		own := all[id]
		if found.list < 0 && own.list >= 0 {
			found.list, found.level = own.list, max(own.level, 0)
		}
		if found.depth < 0 {
			found.depth = own.depth
		}
		id = own.based
	}
	return found
}

func (all styles) hidden(id int) bool {
	for range maxBased {
		if id < 0 || id >= len(all) {
			break
		}
		if h := all[id].run.hidden; h >= 0 {
			return h == 1
		}
		id = all[id].based
	}
	return false
}

// isHidden says whether characters of a run show; a run may turn its style's
// decision round.
func (all styles) isHidden(r run) bool {
	switch r.hidden {
	case 0:
		return false
	case 1:
		return true
	case 0x81:
		return !all.hidden(r.style)
	}
	return all.hidden(r.style)
}
