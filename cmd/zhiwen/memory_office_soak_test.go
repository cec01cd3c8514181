//go:build soak && linux

package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSoakMemoryOffice does what TestSoakMemory does with files of 64 MB of
// other formats: full of pictures around as much text as is read as one
// document, and full of text, which is refused or read within its bounds.
func TestSoakMemoryOffice(t *testing.T) {
	const whole = 62 // MB
	for _, test := range []struct {
		name  string
		write func(t *testing.T, file string)
		says  string
	}{
		{"pictures.docx", func(t *testing.T, file string) { writeWord(t, file, 11, whole-14) }, "added"},
		{"text.docx", func(t *testing.T, file string) { writeWord(t, file, whole-6, 0) }, "split it"},
		{"pictures.doc", func(t *testing.T, file string) { convertTo(t, file, writeRich(t, 3, 70), "doc") }, "added"},
		{"pictures.rtf", func(t *testing.T, file string) { copyFile(t, file, writeRich(t, 3, 32)) }, "added"},
		{"pictures.xlsx", func(t *testing.T, file string) { writeWorkbook(t, file, 11, whole-16) }, "added"},
		{"text.xlsx", func(t *testing.T, file string) { writeWorkbook(t, file, 48, 0) }, "split it"},
		{"table.xls", func(t *testing.T, file string) { convertTo(t, file, writeTable(t, 8), "xls") }, "added"},
		{"text.xls", func(t *testing.T, file string) { convertTo(t, file, writeTable(t, 80), "xls") }, "split it"},
		{"pages.ofd", func(t *testing.T, file string) { writeOFD(t, file, whole, 0) }, "added"},
		{"pictures.ofd", func(t *testing.T, file string) { writeOFD(t, file, 10, whole-11) }, "added"},
		{"documents.zip", func(t *testing.T, file string) { writeArchive(t, file, 10, 6) }, "added"},
		{"text.zip", func(t *testing.T, file string) { writeArchive(t, file, whole, 1) }, "split it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), test.name)
			test.write(t, file)
			info, err := os.Stat(file)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s has %d MB", test.name, info.Size()>>20)
			if out := ingestWithin(t, file, 512); !strings.Contains(out, test.says) {
				t.Errorf("%.2000s", out)
			}
		})
	}
}

// sentence is one of which no two are alike.
func sentence(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "第%d段，", n)
	for r := range 150 {
		b.WriteRune(rune('一' + (n*7919+r*104729)%6000))
	}
	return b.String() + "。"
}

// sentences writes so many MB of text, each sentence between two strings.
func sentences(w io.Writer, before, after string, mb int) {
	for n, size := 0, 0; size < mb<<20; n++ {
		s := sentence(n)
		size += len(s)
		io.WriteString(w, before+s+after)
	}
}

// noisePicture is a picture that does not pack, of four fifths of so many MB.
func noisePicture(t *testing.T, mb int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 2048, mb*512))
	source := rand.NewChaCha8([32]byte{})
	source.Read(img.Pix)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 92}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// randomBytes writes so many MB that do not pack.
func randomBytes(w io.Writer, mb int) {
	io.CopyN(w, rand.NewChaCha8([32]byte{}), int64(mb)<<20)
}

// writeParts writes a ZIP file whose parts are not packed.
func writeParts(t *testing.T, file string, write func(create func(name string) io.Writer)) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	write(func(name string) io.Writer {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		return w
	})
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}

func writeWord(t *testing.T, file string, text, pictures int) {
	writeParts(t, file, func(create func(string) io.Writer) {
		w := create("word/document.xml")
		io.WriteString(w, `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`)
		sentences(w, "<w:p><w:r><w:t>", "</w:t></w:r></w:p>", text)
		io.WriteString(w, "</w:body></w:document>")
		if pictures > 0 {
			randomBytes(create("word/media/image1.jpeg"), pictures)
		}
	})
}

func writeWorkbook(t *testing.T, file string, text, pictures int) {
	const types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const main = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	writeParts(t, file, func(create func(string) io.Writer) {
		io.WriteString(create("[Content_Types].xml"), `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`)
		io.WriteString(create("_rels/.rels"), `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="`+types+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
		io.WriteString(create("xl/_rels/workbook.xml.rels"), `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="`+types+`/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`)
		io.WriteString(create("xl/workbook.xml"), `<workbook `+main+` xmlns:r="`+types+`"><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>`)
		w := create("xl/worksheets/sheet1.xml")
		io.WriteString(w, `<worksheet `+main+`><sheetData><row r="1"><c t="inlineStr"><is><t>单位</t></is></c><c t="inlineStr"><is><t>说明</t></is></c></row>`)
		for n, size := 2, 0; size < text<<20; n++ {
			s := sentence(n)
			size += len(s)
			fmt.Fprintf(w, `<row r="%d"><c r="A%d" t="inlineStr"><is><t>甲</t></is></c><c r="B%d" t="inlineStr"><is><t>%s</t></is></c></row>`, n, n, n, s)
		}
		io.WriteString(w, `</sheetData></worksheet>`)
		if pictures > 0 {
			randomBytes(create("xl/media/image1.jpeg"), pictures)
		}
	})
}

// writeOFD has an object for each character, as many writers have.
func writeOFD(t *testing.T, file string, text, pictures int) {
	const ns = ` xmlns:ofd="http://www.ofdspec.org/2016"`
	writeParts(t, file, func(create func(string) io.Writer) {
		io.WriteString(create("OFD.xml"), `<ofd:OFD`+ns+`><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`)
		pages, size := 0, 0
		for n := 0; size < text<<20; pages++ {
			w := create(fmt.Sprintf("Doc_0/Pages/Page_%d/Content.xml", pages))
			written, _ := io.WriteString(w, `<ofd:Page`+ns+`><ofd:Content><ofd:Layer>`)
			size += written
			for line := range 30 {
				for i, c := range []rune(sentence(n))[:30] {
					written, _ = fmt.Fprintf(w, `<ofd:TextObject ID="%d" Boundary="%g %d 5 5" Font="1" Size="5"><ofd:TextCode X="0" Y="4.4">%c</ofd:TextCode></ofd:TextObject>`, i, 20+5.2*float64(i), 20+8*line, c)
					size += written
				}
				n++
			}
			io.WriteString(w, `</ofd:Layer></ofd:Content></ofd:Page>`)
		}
		w := create("Doc_0/Document.xml")
		io.WriteString(w, `<ofd:Document`+ns+`><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>`)
		for p := range pages {
			fmt.Fprintf(w, `<ofd:Page ID="%d" BaseLoc="Pages/Page_%d/Content.xml"/>`, p+1, p)
		}
		io.WriteString(w, `</ofd:Pages></ofd:Document>`)
		if pictures > 0 {
			randomBytes(create("Doc_0/Res/image1.jpeg"), pictures)
		}
	})
}

func writeArchive(t *testing.T, file string, each, files int) {
	writeParts(t, file, func(create func(string) io.Writer) {
		for n := range files {
			sentences(create(fmt.Sprintf("第%d份.txt", n+1)), fmt.Sprint(n, "号文件"), "\n", each)
		}
	})
}

// writeRich writes an RTF file with so many MB of text and of pictures, each
// coded in twice as many bytes or more.
func writeRich(t *testing.T, text, pictures int) string {
	t.Helper()
	b, file := made(t, "made.rtf")
	b.WriteString(`{\rtf1\ansi\ansicpg936 `)
	for n, size := 0, 0; size < text<<20; n++ {
		s := sentence(n)
		size += len(s)
		for _, r := range s {
			fmt.Fprintf(b, `\u%d?`, int16(r))
		}
		b.WriteString("\\par\n")
	}
	for left := pictures; left > 0; left -= 10 {
		fmt.Fprintf(b, "{\\pict\\jpegblip\\picwgoal2000\\pichgoal2000\n%x}\\par\n", noisePicture(t, min(left, 10)))
	}
	b.WriteString("}")
	if err := b.Flush(); err != nil {
		t.Fatal(err)
	}
	return file
}

// writeTable writes CSV of twelve columns.
func writeTable(t *testing.T, mb int) string {
	t.Helper()
	b, file := made(t, "made.csv")
	for n, size := 0, 0; size < mb<<20; n++ {
		s := []rune(sentence(n))
		size += len(string(s))
		for i := range 12 {
			fmt.Fprintf(b, "%d%s,", n*12+i, string(s[12*i:12*i+12]))
		}
		b.WriteString("\n")
	}
	if err := b.Flush(); err != nil {
		t.Fatal(err)
	}
	return file
}

// made is a file to write.
func made(t *testing.T, name string) (*bufio.Writer, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return bufio.NewWriter(f), file
}

func copyFile(t *testing.T, to, from string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// convertTo makes a file of another format with LibreOffice.
func convertTo(t *testing.T, to, from, format string) {
	t.Helper()
	dir := t.TempDir()
	args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless"}
	if filepath.Ext(from) == ".csv" {
		args = append(args, "--infilter=CSV:44,34,76")
	}
	convert := exec.CommandContext(t.Context(), "soffice", append(args, "--convert-to", format, "--outdir", dir, from)...)
	if message, err := convert.CombinedOutput(); err != nil {
		t.Fatalf("LibreOffice (Debian: libreoffice-writer-nogui, libreoffice-calc-nogui): %v\n%s", err, message)
	}
	copyFile(t, to, filepath.Join(dir, "made."+format))
}
