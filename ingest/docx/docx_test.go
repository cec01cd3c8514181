package docx

import (
	"archive/zip"
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
)

const (
	head = `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>`
	tail = `</w:body></w:document>`

	numberingXML = `<w:numbering xmlns:w="x">
<w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:pStyle w:val="clause"/><w:lvlText w:val="第%1条"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%3."/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="●"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num>
</w:numbering>`

	stylesXML = `<w:styles xmlns:w="x">
<w:style w:type="paragraph" w:styleId="base"><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="clause"><w:basedOn w:val="base"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="ring"><w:basedOn w:val="ring"/></w:style>
<w:style w:type="paragraph" w:styleId="banner"><w:pPr><w:shd w:val="clear" w:fill="003366"/></w:pPr></w:style>
<w:style w:type="character" w:styleId="secret"><w:rPr><w:vanish/></w:rPr></w:style>
</w:styles>`

	relsXML = `<Relationships><Relationship Type="http://x/relationships/styles" Target="styles.xml"/><Relationship Type="http://x/relationships/numbering" Target="/word/numbering.xml"/></Relationships>`
)

// packed makes a file of a document's XML.
func packed(t testing.TB, document string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range [][2]string{
		{"word/document.xml", document}, {"word/numbering.xml", numberingXML}, {"word/styles.xml", stylesXML},
		{"word/_rels/document.xml.rels", relsXML},
	} {
		w, err := z.Create(part[0])
		if err == nil {
			_, err = w.Write([]byte(part[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(b []byte) (content.Document, error) {
	a, err := container.Open(b)
	if err != nil {
		return content.Document{}, err
	}
	return Read(a)
}

// p is a paragraph with properties and the text of one run.
func p(properties, text string) string {
	return "<w:p><w:pPr>" + properties + "</w:pPr><w:r><w:t>" + text + "</w:t></w:r></w:p>"
}

// white is a paragraph of white text.
func white(paragraph, run, text string) string {
	return `<w:p><w:pPr>` + paragraph + `</w:pPr><w:r><w:rPr><w:color w:val="FFFFFF"/>` + run + `</w:rPr><w:t>` + text + `</w:t></w:r></w:p>`
}

// TestHidden: what is not shown is told; a cell may be of any colour.
func TestHidden(t *testing.T) {
	doc, err := read(packed(t, head+p("", "甲")+white("", "", "白字")+
		`<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐字</w:t></w:r></w:p><w:tbl><w:tr><w:tc>`+white("", "", "乙")+`</w:tc></w:tr></w:tbl>`+tail))
	if err != nil || doc.Hidden != "白字隐字" {
		t.Errorf("hidden is %q, %v", doc.Hidden, err)
	}
	if last := doc.Blocks[len(doc.Blocks)-1]; len(last.Rows) != 1 || last.Rows[0][0].Text != "乙" {
		t.Errorf("the table is %+v", last)
	}
}

func num(id, level string) string {
	return `<w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="` + id + `"/></w:numPr>`
}

func TestParagraphs(t *testing.T) {
	const box = `<w:txbxContent>`
	for name, test := range map[string]struct {
		body string
		want []string
	}{
		"runs in order":    {`<w:p><w:r><w:t>甲</w:t><w:tab/><w:t xml:space="preserve"> 乙</w:t></w:r><w:hyperlink><w:r><w:t>丙</w:t></w:r></w:hyperlink></w:p>`, []string{"甲\t 乙丙"}},
		"line break":       {`<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:br w:type="page"/></w:r></w:p>`, []string{"甲\n乙"}},
		"entities":         {p("", "&lt;甲&#20057;&gt;"), []string{"<甲乙>"}},
		"deleted":          {`<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>新</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom></w:p>`, []string{"新"}},
		"deleted mark":     {p("<w:rPr><w:del/></w:rPr>", "甲") + p("", "乙"), []string{"甲乙"}},
		"old properties":   {p(`<w:pPrChange><w:pPr>`+num("1", "0")+`</w:pPr></w:pPrChange>`, "甲"), []string{"甲"}},
		"hidden run":       {`<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>密</w:t></w:r><w:r><w:rPr><w:rStyle w:val="secret"/></w:rPr><w:t>密</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>明</w:t></w:r></w:p>`, []string{"明"}},
		"white run":        {p("", "甲") + white("", "", "密") + white(`<w:shd w:val="clear" w:fill="C00000"/>`, "", "乙") + white("", `<w:highlight w:val="blue"/>`, "丙") + white(`<w:pStyle w:val="banner"/>`, "", "丁"), []string{"甲", "", "乙", "丙", "丁"}},
		"field":            {`<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText><w:t>码</w:t></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>3</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`, []string{"3"}},
		"text box once":    {`<w:p><w:r><w:t>正</w:t><mc:AlternateContent><mc:Choice><w:drawing>` + box + p("", "框") + `</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict>` + box + p("", "框") + `</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`, []string{"正", "框"}},
		"symbols":          {`<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:char="2611"/><w:noBreakHyphen/></w:r></w:p>`, []string{"☑-"}},
		"notes":            {`<w:p><w:r><w:t>甲</w:t><w:footnoteReference w:id="1"/></w:r></w:p>`, []string{"甲"}},
		"articles":         {p(num("1", "0"), "甲") + p(num("1", "1"), "乙") + p(num("1", "1"), "丙") + p(num("1", "0"), "丁") + p(num("1", "1"), "戊"), []string{"第一条 甲", "（一）乙", "（二）丙", "第二条 丁", "（一）戊"}},
		"legal numbers":    {p(num("1", "0"), "甲") + p(num("1", "2"), "乙"), []string{"第一条 甲", "1.3. 乙"}},
		"one list again":   {p(num("1", "0"), "甲") + p(num("2", "0"), "乙") + p(num("2", "0"), "丙"), []string{"第一条 甲", "第一条 乙", "第二条 丙"}},
		"style's list":     {p(`<w:pStyle w:val="clause"/>`, "甲") + p(`<w:pStyle w:val="clause"/><w:numPr><w:numId w:val="0"/></w:numPr>`, "乙"), []string{"第一条 甲", "乙"}},
		"bullet":           {p(num("3", "0"), "甲"), []string{"甲"}},
		"no such list":     {p(num("9", "0"), "甲"), []string{"甲"}},
		"ring of styles":   {p(`<w:pStyle w:val="ring"/>`, "甲"), []string{"甲"}},
		"content controls": {`<w:sdt><w:sdtContent>` + p("", "甲") + `</w:sdtContent></w:sdt>`, []string{"甲"}},
		"ruby":             {`<w:p><w:r><w:ruby><w:rt><w:r><w:t>xī</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>溪</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>`, []string{"溪"}},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := read(packed(t, head+test.body+tail))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, b := range doc.Blocks {
				got = append(got, b.Text)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("paragraphs %q, want %q", got, test.want)
			}
		})
	}
}

func TestTable(t *testing.T) {
	cell := func(properties, text string) string {
		return "<w:tc><w:tcPr>" + properties + "</w:tcPr>" + p("", text) + "</w:tc>"
	}
	body := `<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>` + cell(`<w:gridSpan w:val="2"/>`, "甲") + cell("", "乙") + `</w:tr>` +
		`<w:tr>` + cell(`<w:vMerge w:val="restart"/>`, "丙") + cell("", "丁") + cell("", "戊") + `</w:tr>` +
		`<w:tr>` + cell(`<w:vMerge/>`, "") + cell("", "己") + `<w:tc><w:tbl><w:tr>` + cell("", "庚") + `</w:tr></w:tbl>` + p("", "辛") + `</w:tc></w:tr>` +
		`<w:tr><w:trPr><w:del/></w:trPr>` + cell("", "旧") + `</w:tr></w:tbl>`
	doc, err := read(packed(t, head+body+p(`<w:outlineLvl w:val="0"/>`, "题")+tail))
	if err != nil {
		t.Fatal(err)
	}
	want := []content.Block{
		{Rows: [][]content.Cell{
			{{Text: "甲", Across: 2, Down: 1, Header: true}, {Text: "乙", Across: 1, Down: 1, Header: true}},
			{{Text: "丙", Across: 1, Down: 2}, {Text: "丁", Across: 1, Down: 1}, {Text: "戊", Across: 1, Down: 1}},
			{{Text: "己", Across: 1, Down: 1}, {Text: "庚\n辛", Across: 1, Down: 1}},
		}},
		{Text: "题", Depth: 1},
	}
	if !reflect.DeepEqual(doc.Blocks, want) {
		t.Errorf("blocks\n%+v, want\n%+v", doc.Blocks, want)
	}
}

// TestRefuses: what is broken ends in one sentence.
func TestRefuses(t *testing.T) {
	whole := packed(t, head+p("", "甲")+tail)
	entity := `<!DOCTYPE x [<!ENTITY a "甲甲甲甲"><!ENTITY b "&a;&a;&a;&a;">]>` + head[len(`<?xml version="1.0" encoding="UTF-8"?>`):] + p("", "&b;") + tail
	for name, test := range map[string]struct {
		b    []byte
		want error
	}{
		"cut off":      {whole[:len(whole)/2], container.ErrDamaged},
		"XML cut off":  {packed(t, head+"<w:p><w:r><w:t>甲"), container.ErrDamaged},
		"entities":     {packed(t, entity), container.ErrDamaged},
		"nested":       {packed(t, head+strings.Repeat("<w:sdt>", 10_000)), container.ErrDamaged},
		"nested boxes": {packed(t, head+strings.Repeat("<w:p><w:r><w:pict><w:txbxContent>", 10_000)), container.ErrDamaged},
		"bomb":         {packed(t, head+strings.Repeat(" ", 40<<20)+tail), container.ErrBomb},
	} {
		if _, err := read(test.b); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

func FuzzBody(f *testing.F) {
	f.Add(head + p(num("1", "0"), "甲") + tail)
	f.Add(head + `<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="-3"/><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>` + tail)
	f.Fuzz(func(t *testing.T, document string) {
		doc, err := read(packed(t, document))
		if err != nil {
			return
		}
		text := 0
		for _, b := range doc.Blocks {
			text += len(b.Text)
			for _, row := range b.Rows {
				for _, c := range row {
					text += len(c.Text)
				}
			}
		}
		// Numbers are short; nothing else is added.
		if text > 40*len(document)+100 {
			t.Fatalf("%d bytes of text from %d", text, len(document))
		}
	})
}

func BenchmarkRead(b *testing.B) {
	file := packed(b, head+strings.Repeat(p(num("1", "0"), "为了规范办理程序，方便群众办事，制定本办法。"), 2000)+tail)
	b.SetBytes(int64(len(head) + 2000*len(p(num("1", "0"), "为了规范办理程序，方便群众办事，制定本办法。"))))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := read(file); err != nil {
			b.Fatal(err)
		}
	}
}
