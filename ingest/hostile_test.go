package ingest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestHostile gives every format files that are made to multiply, to nest
// without end or to read what is none of theirs: each ends in text, or in one
// sentence, and none of them shows the file that it points at.
func TestHostile(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.txt")
	if err := os.WriteFile(secret, []byte("机密内容"), 0o600); err != nil {
		t.Fatal(err)
	}
	doctypes := map[string]string{
		"internal entity": `<!DOCTYPE x [<!ENTITY a "甲甲甲甲甲甲甲甲甲甲">]>`,
		"external entity": `<!DOCTYPE x [<!ENTITY a SYSTEM "file://` + filepath.ToSlash(secret) + `">]>`,
		"external schema": `<!DOCTYPE x SYSTEM "file://` + filepath.ToSlash(secret) + `">`,
		"laughs":          `<!DOCTYPE x [<!ENTITY z "甲甲甲甲"><!ENTITY y "&z;&z;&z;&z;&z;&z;&z;&z;"><!ENTITY a "&y;&y;&y;&y;&y;&y;&y;&y;">]>`,
		"parameter":       `<!DOCTYPE x [<!ENTITY % p SYSTEM "file://` + filepath.ToSlash(secret) + `"> %p;]>`,
	}
	const (
		word  = `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>正文%s</w:t></w:r></w:p></w:body></w:document>`
		sheet = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>正文%s</t></is></c></row></sheetData></worksheet>`
		page  = `<Page><Content><Layer><TextObject Boundary="20 40 100 6" Size="5"><TextCode X="0" Y="5">正文%s</TextCode></TextObject></Layer></Content></Page>`
	)
	ofd := func(page string) []byte {
		return zipOf(t, [2]string{"OFD.xml", `<OFD><DocBody><DocRoot>D/Document.xml</DocRoot></DocBody></OFD>`},
			[2]string{"D/Document.xml", `<Document><CommonData><PageArea><PhysicalBox>0 0 210 297</PhysicalBox></PageArea></CommonData><Pages><Page BaseLoc="P.xml"/></Pages></Document>`},
			[2]string{"D/P.xml", page})
	}
	files := map[string][]byte{
		"nested.html":     []byte("<title>深</title>" + strings.Repeat("<div>", 100_000) + "正文"),
		"tables.html":     []byte("<title>深</title>" + strings.Repeat("<table><tr><td>", 20_000) + "正文"),
		"spans.html":      []byte(`<title>宽</title><table>` + strings.Repeat(`<tr><td colspan=100000 rowspan=100000>正文</td></tr>`, 1000) + `</table>`),
		"attributes.html": []byte("<title>宽</title><p " + strings.Repeat("a=1 ", 200_000) + ">正文"),
		"lists.md":        []byte(strings.Repeat("> ", 100_000) + "正文"),
		"braces.rtf":      []byte(`{\rtf1 ` + strings.Repeat("{", 1_000_000) + "正文"),
		"numbers.rtf":     []byte(`{\rtf1\bin99999999999 正文}`),
		"nested.json":     []byte(strings.Repeat("[", 1_000_000)),
		"keys.json":       []byte(strings.Repeat(`{"a":`, 100_000)),
		"line.csv":        []byte("a," + strings.Repeat("甲,", 1_000_000)),
		"quote.csv":       []byte("a,\"" + strings.Repeat("甲\n", 100_000)),
		"pages.ofd":       ofd(strings.Repeat("<Page>", 100_000)),
		"boxes.docx":      zipOf(t, [2]string{"word/document.xml", strings.Repeat("<w:p>", 100_000)}),
		"loop.docx":       zipOf(t, [2]string{"_rels/.rels", `<Relationships><Relationship Id="1" Type="x/officeDocument" Target="_rels/.rels"/></Relationships>`}, [2]string{"word/document.xml", fmt.Sprintf(word, "")}),
		"fat.doc":         compoundInCircle(),
		"many.zip":        manyEntries(t),
		"twice.zip":       append(zipOf(t, [2]string{"a.txt", "正文"}), zipOf(t, [2]string{"a.txt", "正文"})...),
	}
	for name, doctype := range doctypes {
		use := "&a;"
		if name == "external schema" || name == "parameter" {
			use = ""
		}
		files[name+".docx"] = zipOf(t, [2]string{"word/document.xml", `<?xml version="1.0"?>` + doctype + fmt.Sprintf(word, use)})
		files[name+".ofd"] = ofd(doctype + fmt.Sprintf(page, use))
		files[name+".xlsx"] = withSheet(t, `<?xml version="1.0"?>`+doctype+fmt.Sprintf(sheet, use))
		files[name+".html"] = []byte(doctype + "<html><title>题</title><p>正文" + use)
	}
	for name, b := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := parse(t, Source{Name: name, Bytes: b})
			if err != nil {
				if text := err.Error(); strings.Contains(text, "\n") || len(text) > 400 || len(text) < 20 {
					t.Errorf("no sentence: %q", text)
				}
				return
			}
			for _, part := range append(got.Parts, Part{Page: got}) {
				if strings.Contains(part.Text, "机密") || len(part.Text) > 4*len(b)+1000 {
					t.Errorf("text of %d bytes, beginning %.60q", len(part.Text), part.Text)
				}
			}
		})
	}
}

// TestHostileArchives: archives in archives are named and not opened, and one
// whose files unpack to far more than it holds takes no other with it.
func TestHostileArchives(t *testing.T) {
	inner := zipOf(t, [2]string{"甲.txt", strings.Repeat("甲", 1<<20)})
	for range 5 { // as many levels
		inner = zipOf(t, [2]string{"a.zip", string(inner)}, [2]string{"b.zip", string(inner)})
	}
	dir := tree(t, map[string]string{
		"deep.zip":  string(inner),
		"flat.zip":  string(zipOf(t, [2]string{"a.txt", strings.Repeat("甲", 30<<20)}, [2]string{"b.txt", "正文在这里。"})),
		"up.zip":    string(zipOf(t, [2]string{"../../etc/passwd.txt", "正文在上面。"}, [2]string{"/abs.txt", "正文在根。"})),
		"plain.txt": "别的文件。",
	})
	reports, _ := runOver(t, &Ingester{Store: newMemory()}, dir)
	want := []string{"a.zip: skipped", "b.zip: skipped", "a.txt: failed", "b.txt: added", "plain.txt: added", "passwd.txt: added", "abs.txt: added"}
	if got := outcome(reports); !slices.Equal(got, want) {
		t.Errorf("outcome %v, want %v", got, want)
	}
	for _, r := range reports {
		if !strings.HasPrefix(r.Source, dir) || strings.Contains(r.Source, "..") || strings.Contains(r.Error, "\n") {
			t.Errorf("report %+v", r)
		}
	}
}

func zipOf(t *testing.T, files ...[2]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f[0])
		if err == nil {
			_, err = w.Write([]byte(f[1]))
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

// withSheet is a workbook with the XML of its sheet replaced.
func withSheet(t *testing.T, xml string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	var whole bytes.Buffer
	if _, err := f.WriteTo(&whole); err != nil {
		t.Fatal(err)
	}
	from, err := zip.NewReader(bytes.NewReader(whole.Bytes()), int64(whole.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var files [][2]string
	for _, part := range from.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		var data bytes.Buffer
		if _, err := data.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(part.Name, "sheet1.xml") {
			data = *bytes.NewBufferString(xml)
		}
		files = append(files, [2]string{part.Name, data.String()})
	}
	return zipOf(t, files...)
}

// manyEntries is an archive of more files than any document has.
func manyEntries(t *testing.T) []byte {
	files := make([][2]string, 20_000)
	for i := range files {
		files[i] = [2]string{fmt.Sprint(i, ".txt"), ""}
	}
	return zipOf(t, files...)
}

// compoundInCircle is an OLE2 file whose table of sectors leads to itself.
func compoundInCircle() []byte {
	b := make([]byte, 512*8)
	copy(b, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	copy(b[24:], "\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00")
	b[44], b[48], b[60], b[64], b[68], b[72] = 1, 0, 0, 1, 0, 1 // sectors of tables, where directory, mini table and more tables begin
	for i := 76; i < 512; i += 4 {
		b[i] = 0
	}
	return b
}
