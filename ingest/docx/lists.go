package docx

import (
	"encoding/xml"
	"strings"

	"zhiwen/ingest/container"
	"zhiwen/ingest/numbering"
)

// lists are the lists of a document by their number, each pointing to the
// definition that it shares with others.
type lists struct {
	abstract map[string]*abstract
	byID     map[string]*list
}

type abstract struct {
	levels numbering.List
	styles [numbering.Levels]string // the paragraph style that a level belongs to
}

type list struct {
	key     string // what is counted together
	levels  numbering.List
	styles  [numbering.Levels]string
	restart []int // levels that begin anew when the list is first used
}

func (l *lists) read(d *xml.Decoder) error {
	l.abstract, l.byID = map[string]*abstract{}, map[string]*list{}
	r := reader{Decoder: d}
	return r.root(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "abstractNum":
			return l.readAbstract(&r, e)
		case "num":
			return l.readList(&r, e)
		}
		return r.Skip()
	})
}

func (l *lists) readAbstract(r *reader, e xml.StartElement) error {
	a := &abstract{}
	for i := range a.levels {
		a.levels[i].Start, a.levels[i].Format = 1, numbering.None
	}
	l.abstract[container.Attr(e, "abstractNumId")] = a
	return r.each(func(e xml.StartElement) error {
		if at := number(container.Attr(e, "ilvl"), -1); e.Name.Local == "lvl" && at >= 0 && at < numbering.Levels {
			return readLevel(r, &a.levels[at], &a.styles[at])
		}
		return r.Skip()
	})
}

func readLevel(r *reader, l *numbering.Level, style *string) error {
	return r.each(func(e xml.StartElement) error {
		val := container.Attr(e, "val")
		switch e.Name.Local {
		case "start":
			l.Start = number(val, 1)
		case "numFmt":
			l.Format = formatNamed(val)
		case "AlternateContent":
			return r.choice(func() error { return readLevel(r, l, style) })
		case "lvlText":
			l.Text = val
		case "lvlRestart":
			l.Restart = number(val, 0)
			if l.Restart == 0 {
				l.Restart = -1
			}
		case "isLgl":
			l.Legal = isOn(onOff(e))
		case "suff":
			l.Tight = val == "nothing"
		case "pStyle":
			*style = val
		}
		return r.Skip()
	})
}

func (l *lists) readList(r *reader, e xml.StartElement) error {
	id := container.Attr(e, "numId")
	var own list
	l.byID[id] = &own
	return r.each(func(e xml.StartElement) error {
		at := number(container.Attr(e, "ilvl"), -1)
		switch {
		case e.Name.Local == "abstractNumId":
			own.key = container.Attr(e, "val")
			if a := l.abstract[own.key]; a != nil {
				own.levels, own.styles = a.levels, a.styles
			}
		case e.Name.Local == "lvlOverride" && at >= 0 && at < numbering.Levels:
			return r.each(func(e xml.StartElement) error {
				switch e.Name.Local {
				case "startOverride":
					own.levels[at].Start = number(container.Attr(e, "val"), 1)
					own.restart = append(own.restart, at)
				case "lvl":
					return readLevel(r, &own.levels[at], &own.styles[at])
				}
				return r.Skip()
			})
		}
		return r.Skip()
	})
}

// label counts a paragraph of a list.
func (l *lists) label(counter *numbering.Counter, id string, level int) string {
	own := l.byID[id]
	if own == nil {
		return ""
	}
	for _, at := range own.restart {
		counter.Restart(own.key, at)
	}
	own.restart = nil
	return counter.Next(own.key, &own.levels, level)
}

// levelOf is the level that a list keeps for a style.
func (l *lists) levelOf(id, style string, otherwise int) int {
	if own := l.byID[id]; own != nil {
		for i, s := range own.styles {
			if s == style && s != "" {
				return i
			}
		}
	}
	return otherwise
}

func formatNamed(name string) numbering.Format {
	switch name {
	case "decimalZero":
		return numbering.DecimalZero
	case "decimalFullWidth", "decimalFullWidth2":
		return numbering.DecimalFullWidth
	case "decimalEnclosedCircle", "decimalEnclosedCircleChinese":
		return numbering.DecimalCircle
	case "upperRoman":
		return numbering.UpperRoman
	case "lowerRoman":
		return numbering.LowerRoman
	case "upperLetter":
		return numbering.UpperLetter
	case "lowerLetter":
		return numbering.LowerLetter
	case "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand":
		return numbering.Chinese
	case "chineseLegalSimplified", "ideographLegalTraditional":
		return numbering.ChineseLegal
	case "ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand":
		return numbering.ChineseDigit
	case "ideographTraditional":
		return numbering.Stems
	case "ideographZodiac":
		return numbering.Branches
	case "bullet":
		return numbering.Bullet
	case "none":
		return numbering.None
	}
	if strings.HasPrefix(name, "chinese") {
		return numbering.Chinese
	}
	return numbering.Decimal
}
