package staff

import (
	"archive/zip"
	"embed"
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"zhiwen/bot/check"
)

// The fixed parts of a package of Office Open XML (ECMA-376): content types,
// relations and styles.
//
//go:embed all:package
var packageFiles embed.FS

const (
	xmlHead      = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainSpace    = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	addedColour  = "0B6B2E"
	leftColour   = "A3121F"
	commentMaker = "文稿核对"
)

// writeDOCX writes a check as a document: the draft with what was added and
// left out in colour and in words, a comment beside each sentence that needs a
// look, and what was found in the draft itself at the end.
//
// The libraries for this that are kept up either cost a licence or write no
// comments; the parts that are needed of the format are these few.
func writeDOCX(out io.Writer, v resultView) error {
	z := zip.NewWriter(out)
	parts, err := fs.Sub(packageFiles, "package")
	if err != nil {
		return err
	}
	if err := z.AddFS(parts); err != nil {
		return fmt.Errorf("write the package: %w", err)
	}
	d := docx{view: v, cards: map[int]*card{}}
	for _, c := range v.Cards {
		d.cards[c.N] = c
	}
	d.write()
	for name, text := range map[string]string{
		"word/document.xml": xmlHead + `<w:document ` + mainSpace + `><w:body>` + d.body.String() +
			`<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr></w:body></w:document>`,
		"word/comments.xml": xmlHead + `<w:comments ` + mainSpace + `>` + d.comments.String() + `</w:comments>`,
	} {
		w, err := z.Create(name)
		if err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return z.Close()
}

type docx struct {
	view           resultView
	cards          map[int]*card
	body, comments strings.Builder
}

func (d *docx) write() {
	v := d.view
	d.paragraph("Title", run("", v.Check.Title))
	d.paragraph("Note", run("", d.summary()))
	d.paragraph("Note", run("", "标记：")+run(added, "〔增加：…〕")+run("", "是文稿比原文多出的文字，")+run(left, "〔删除：…〕")+run("", "是文稿比原文少了的文字；批注中是原文和出处。"))
	for _, line := range v.Lines {
		d.open("")
		for _, p := range line {
			d.piece(p)
		}
		d.close()
	}
	if len(v.Findings) > 0 {
		d.paragraph("Heading1", run("", "文内核对"))
	}
	for _, f := range v.Findings {
		d.paragraph("", run("", "【"+f.StateName+"】"+f.Text))
	}
	if len(v.Missing) > 0 {
		d.paragraph("Heading1", run("", "引用但没有收录的文件（不能判断对错）"))
	}
	for _, m := range v.Missing {
		d.paragraph("", run("", m.Title))
	}
}

func (d *docx) summary() string {
	counts := make([]string, len(d.view.Counts))
	for i, c := range d.view.Counts {
		counts[i] = c.Name + strconv.Itoa(c.N) + "句"
	}
	return d.view.Check.Created.Local().Format("2006-01-02 15:04") + "核对：" + strings.Join(counts, "，") + "。"
}

// Properties of runs.
const (
	added  = `<w:color w:val="` + addedColour + `"/><w:u w:val="double" w:color="` + addedColour + `"/>`
	left   = `<w:strike/><w:color w:val="` + leftColour + `"/>`
	wrong  = `<w:shd w:val="clear" w:color="auto" w:fill="FDEAEA"/>`
	doubt  = `<w:shd w:val="clear" w:color="auto" w:fill="FFF6E5"/>`
	absent = `<w:shd w:val="clear" w:color="auto" w:fill="EEF0F3"/>`
)

func (d *docx) piece(p piece) {
	c := d.cards[p.N]
	if p.N < 0 || c == nil {
		d.body.WriteString(run("", p.Text))
		return
	}
	id := strconv.Itoa(p.N)
	d.body.WriteString(`<w:commentRangeStart w:id="` + id + `"/>`)
	shade := map[check.Verdict]string{check.Altered: wrong, check.ReferenceWrong: wrong, check.NotFound: absent}[c.Segment.Verdict]
	if shade == "" {
		shade = doubt
	}
	if p.Ops == nil {
		d.body.WriteString(run(shade, p.Text))
	}
	for _, op := range p.Ops {
		switch op.Kind {
		case check.Insert:
			d.body.WriteString(run(added, "〔增加："+op.Text+"〕"))
		case check.Delete:
			d.body.WriteString(run(left, "〔删除："+op.Text+"〕"))
		default:
			d.body.WriteString(run(shade, op.Text))
		}
	}
	d.body.WriteString(`<w:commentRangeEnd w:id="` + id + `"/><w:r><w:commentReference w:id="` + id + `"/></w:r>`)
	d.comment(id, c)
}

// comment says beside a sentence what its card says.
func (d *docx) comment(id string, c *card) {
	lines := []string{c.Verdict}
	if c.Reason != "" {
		lines[0] += "：" + c.Reason
	}
	for _, m := range c.Matches {
		lines = append(lines, m.RoleName+"《"+m.Title+"》"+m.Clause)
		if m.Facts != "" {
			lines = append(lines, m.Facts)
		}
		if m.Quote != "" {
			lines = append(lines, "“"+m.Quote+"”")
		}
	}
	for _, p := range c.Parts {
		lines = append(lines, "“"+p.Text+"”："+p.VerdictName+" "+p.ReasonName)
	}
	if c.HasNote {
		lines = append(lines, c.NoteWords+"（"+c.Note.By+"）")
	}
	fmt.Fprintf(&d.comments, `<w:comment w:id="%s" w:author="%s" w:date="%s">`, id, commentMaker, d.view.Check.Created.UTC().Format(time.RFC3339))
	for _, line := range lines {
		for part := range strings.SplitSeq(line, "\n") {
			d.comments.WriteString(`<w:p>` + run("", part) + `</w:p>`)
		}
	}
	d.comments.WriteString(`</w:comment>`)
}

func (d *docx) open(style string) {
	d.body.WriteString(`<w:p>`)
	if style != "" {
		d.body.WriteString(`<w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>`)
	}
}

func (d *docx) close() { d.body.WriteString(`</w:p>`) }

func (d *docx) paragraph(style, runs string) {
	d.open(style)
	d.body.WriteString(runs)
	d.close()
}

// run writes text with properties. Characters that XML cannot hold are left
// out.
func run(properties, text string) string {
	if text == "" {
		return ""
	}
	var b strings.Builder
	b.WriteString(`<w:r>`)
	if properties != "" {
		b.WriteString(`<w:rPr>` + properties + `</w:rPr>`)
	}
	b.WriteString(`<w:t xml:space="preserve">`)
	// A strings.Builder does not fail.
	_ = xml.EscapeText(&b, []byte(strings.Map(inXML, text)))
	b.WriteString(`</w:t></w:r>`)
	return b.String()
}

// inXML drops what XML 1.0 has no way to write, and writes line breaks as
// spaces.
func inXML(r rune) rune {
	switch {
	case r == '\n' || r == '\r':
		return ' '
	case r < ' ' && r != '\t', r == 0xFFFE, r == 0xFFFF:
		return -1
	}
	return r
}
