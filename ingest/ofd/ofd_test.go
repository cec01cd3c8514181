package ofd

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
	"zhiwen/ingest/layout"
)

const ns = ` xmlns:ofd="http://www.ofdspec.org/2016"`

// packed makes an OFD of pages, each the XML of its layers.
func packed(t testing.TB, location string, pages ...string) []byte {
	t.Helper()
	list := ""
	for i := range pages {
		list += fmt.Sprintf(`<ofd:Page ID="%d" BaseLoc="%s"/>`, i+1, fmt.Sprintf(location, i))
	}
	parts := [][2]string{
		{"OFD.xml", `<ofd:OFD` + ns + ` Version="1.0"><ofd:DocBody><ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`},
		{"Doc_0/Document.xml", `<ofd:Document` + ns + `><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>` + list + `</ofd:Pages></ofd:Document>`},
	}
	for i, p := range pages {
		parts = append(parts, [2]string{fmt.Sprintf("Doc_0/Pages/Page_%d/Content.xml", i), `<ofd:Page` + ns + `><ofd:Template TemplateID="9"/><ofd:Content>` + p + `</ofd:Content></ofd:Page>`})
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range parts {
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

// object is a text object with its corner at x, y.
func object(x, y float64, attributes, codes string) string {
	return fmt.Sprintf(`<ofd:TextObject Boundary="%g %g 100 6" Size="5" %s>%s</ofd:TextObject>`, x, y, attributes, codes)
}

func code(attributes, text string) string {
	return `<ofd:TextCode X="0" Y="5" ` + attributes + `>` + text + `</ofd:TextCode>`
}

func layer(objects ...string) string {
	return `<ofd:Layer>` + strings.Join(objects, "") + `</ofd:Layer>`
}

func TestRead(t *testing.T) {
	const plain = "Pages/Page_%d/Content.xml"
	var single []string // one object a character, from the last to the first
	for i, c := range []rune("第一条为了方便群众") {
		single = append(single, object(20+5*float64(i), 40, "", code("", string(c))))
	}
	slices.Reverse(single)
	for name, test := range map[string]struct {
		location string
		pages    []string
		want     []string
	}{
		"a line":            {plain, []string{layer(object(20, 40, "", code(`DeltaX="5 5"`, "绩溪县")))}, []string{"绩溪县"}},
		"repeated distance": {plain, []string{layer(object(20, 40, "", code(`DeltaX="g 2 5"`, "绩溪县")))}, []string{"绩溪县"}},
		"one a character":   {plain, []string{layer(single...)}, []string{"第一条为了方便群众"}},
		"by position":       {plain, []string{layer(object(20, 60, "", code("", "乙。")), object(20, 40, "", code("", "甲。")))}, []string{"甲。", "乙。"}},
		"from the root":     {"/Doc_0/Pages/Page_%d/Content.xml", []string{layer(object(20, 40, "", code("", "甲")))}, []string{"甲"}},
		"matrix":            {plain, []string{layer(object(20, 40, `CTM="2 0 0 2 0 0"`, code(`DeltaX="5"`, "甲乙")))}, []string{"甲乙"}},
		"empty code":        {plain, []string{layer(object(20, 40, "", code("", "")+code("", "甲")))}, []string{"甲"}},
		"glyphs beside":     {plain, []string{layer(object(20, 40, "", `<ofd:CGTransform CodePosition="0"><ofd:Glyphs>12 13</ofd:Glyphs></ofd:CGTransform>`+code(`DeltaX="5"`, "甲乙")))}, []string{"甲乙"}},
		"watermark":         {plain, []string{layer(object(20, 40, "", code("", "甲")), object(20, 80, `Alpha="30"`, code("", "样本")), object(20, 90, `CTM="0.7 0.7 -0.7 0.7 0 0"`, code("", "样本")))}, []string{"甲"}},
		"background":        {plain, []string{`<ofd:Layer Type="Background">` + object(20, 20, "", code("", "底")) + `</ofd:Layer>` + layer(object(20, 40, "", code("", "甲")))}, []string{"甲"}},
		"vertical":          {plain, []string{layer(object(20, 40, "", code(`DeltaY="8 8"`, "甲乙丙")))}, []string{"甲", "乙", "丙"}},
		"two pages":         {plain, []string{layer(object(20, 40, "", code("", "甲。"))), layer(object(20, 40, "", code("", "乙。")))}, []string{"甲。", "乙。"}},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := read(packed(t, test.location, test.pages...))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, b := range doc.Blocks {
				got = append(got, b.Text)
			}
			if !slices.Equal(got, test.want) || doc.Pages != len(test.pages) {
				t.Errorf("%d pages with %q, want %q", doc.Pages, got, test.want)
			}
		})
	}
}

// TestTable: lines drawn around the text make a table, each a path of its own
// or all of them one.
func TestTable(t *testing.T) {
	var cells []string
	for r, row := range [][]string{{"单位", "电话"}, {"民政局", "01"}, {"公安局", "02"}} {
		for c, text := range row {
			cells = append(cells, object(22+60*float64(c), 42+10*float64(r), "", code("", text)))
		}
	}
	path := func(attributes, data string) string {
		return `<ofd:PathObject Boundary="20 40 120 30" LineWidth="0.3" ` + attributes + `><ofd:AbbreviatedData>` + data + `</ofd:AbbreviatedData></ofd:PathObject>`
	}
	lines := []string{"M 0 0 L 120 0", "M 0 10 L 120 10", "M 0 20 L 120 20", "M 0 30 L 120 30", "M 0 0 L 0 30", "M 60 0 L 60 30", "M 120 0 L 120 30"}
	var each []string
	for _, l := range lines {
		each = append(each, path("", l))
	}
	for name, test := range map[string]struct {
		paths string
		rows  int
	}{
		"one path a line": {strings.Join(each, ""), 3},
		"one path":        {path("", strings.Join(lines, " ")), 3},
		"rectangles":      {path("", "S 0 0 M 0 0 L 120 0 L 120 30 L 0 30 C M 60 0 L 60 30 M 0 10 L 120 10 M 0 20 L 120 20"), 3},
		"scaled":          {path(`CTM="2 0 0 0.5 0 0"`, "M 0 0 L 60 0 L 60 60 L 0 60 C M 30 0 L 30 60 M 0 20 L 60 20 M 0 40 L 60 40"), 3},
		"not drawn":       {path(`Visible="false"`, strings.Join(lines, " ")), 0},
		"no path":         {path("", "M 0 X 1 2"), 0},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := read(packed(t, "Pages/Page_%d/Content.xml", layer(append(cells, test.paths)...)))
			if err != nil {
				t.Fatal(err)
			}
			if got := len(doc.Blocks[0].Rows); got != test.rows {
				t.Fatalf("%d rows of %+v, want %d", got, doc.Blocks, test.rows)
			}
			if test.rows > 0 && (doc.Blocks[0].Rows[2][0].Text != "公安局" || doc.Blocks[0].Rows[2][1].Text != "02") {
				t.Errorf("rows %+v", doc.Blocks[0].Rows)
			}
		})
	}
}

func TestRefuses(t *testing.T) {
	whole := packed(t, "Pages/Page_%d/Content.xml", layer(object(20, 40, "", code("", "甲"))))
	for name, test := range map[string]struct {
		b    []byte
		want error
	}{
		"cut off":             {whole[:len(whole)/2], container.ErrDamaged},
		"pages absent":        {packed(t, "Pages/None_%d.xml", layer()), container.ErrDamaged},
		"no text":             {packed(t, "Pages/Page_%d/Content.xml", layer(`<ofd:ImageObject/>`)), ErrScan},
		"broken XML":          {packed(t, "Pages/Page_%d/Content.xml", "<ofd:Layer>"), container.ErrDamaged},
		"bomb":                {packed(t, "Pages/Page_%d/Content.xml", strings.Repeat(" ", 40<<20)), container.ErrBomb},
		"one page many times": {packed(t, "/Doc_0/Pages/Page_0/Content.xml?%d", make([]string, maxPages+1)...), errPages},
	} {
		if _, err := read(test.b); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

func FuzzPage(f *testing.F) {
	f.Add(layer(object(20, 40, `CTM="1 0 0 1 0 0"`, code(`DeltaX="g 999999999 5 5" DeltaY="1"`, "甲乙丙"))))
	f.Add(layer(object(20, 40, "", code("", "甲")), `<ofd:PathObject Boundary="0 0 9 9"><ofd:AbbreviatedData>M 0 0 L 9 0 B 1 2 3 4 5 6 C Q 1 2 3 4 A 1 2 3 4 5 6 7</ofd:AbbreviatedData></ofd:PathObject>`))
	// Without the archive around it, whose packing takes a second.
	f.Fuzz(func(t *testing.T, page string) {
		r := pageReader{Decoder: xml.NewDecoder(strings.NewReader(page)), box: box{0, 0, 210, 297}}
		if err := r.read(); err != nil {
			return
		}
		if len(r.rules) > maxRules {
			t.Fatalf("%d lines", len(r.rules))
		}
		for _, b := range layout.Blocks([]layout.Page{{Number: 1, Width: 210, Height: 297, Glyphs: r.glyphs, Rules: r.rules}}) {
			if b.Page != 1 || len(b.Text) > 2*len(page) {
				t.Fatalf("block %+v of %q", b, page)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var objects []string
	for line := range 30 {
		for i, c := range []rune("为了方便群众办事，规范便民服务，根据有关规定，结") {
			objects = append(objects, object(20+5*float64(i), 40+8*float64(line), "", code("", string(c))))
		}
	}
	page := layer(objects...)
	file := packed(b, "Pages/Page_%d/Content.xml", page, page, page)
	b.SetBytes(int64(3 * len(page)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := read(file); err != nil {
			b.Fatal(err)
		}
	}
}

// TestOtherPrograms reads files that other programs made; white space counts
// where they place characters by their real widths.
func TestOtherPrograms(t *testing.T) {
	for name, exact := range map[string]bool{"ofdrw": true, "easyofd": false} {
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile("testdata/" + name + ".ofd")
			if err != nil {
				t.Fatal(err)
			}
			doc, err := read(b)
			if err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile("testdata/" + name + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, b := range doc.Blocks {
				lines = append(lines, b.Text)
			}
			got, want := strings.Join(lines, "\n"), strings.TrimSpace(string(text))
			if !exact {
				got, want = strings.Join(strings.Fields(got), ""), strings.Join(strings.Fields(want), "")
			}
			if got != want {
				t.Errorf("text is\n%s\nwant\n%s", got, want)
			}
		})
	}
}
