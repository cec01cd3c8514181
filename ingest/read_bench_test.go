package ingest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"zhiwen/ingest/numbering"
)

// BenchmarkReadFormats reads a law of 10,000 条, or a table of 10,000 rows, in
// each format: MB of the file a second, and the most memory that it took at a
// time: of objects, but for PDF, whose engine keeps its own, of the process.
// LibreOffice makes the DOC and the XLS.
func BenchmarkReadFormats(b *testing.B) {
	const size = 10_000
	var articles []string
	for n := range size {
		articles = append(articles, "第"+numbering.Chinese.Write(n%9999+1)+"条　"+prose(100))
	}
	table := workbook(b, size)
	for _, f := range []struct {
		name  string
		file  func() []byte
		watch func(testing.TB, func()) uint64
	}{
		{"law.txt", func() []byte { return []byte(strings.Join(articles, "\n")) }, watchMemory},
		{"law.html", func() []byte { return []byte("<title>办法</title><p>" + strings.Join(articles, "</p>\n<p>")) }, watchMemory},
		{"law.docx", func() []byte { return word(b, articles) }, watchMemory},
		{"law.rtf", func() []byte { return rich(articles) }, watchMemory},
		{"law.doc", func() []byte { return converted(b, "law.rtf", rich(articles), "doc") }, watchMemory},
		{"law.pdf", func() []byte { return printed(b, articles[:size/5]) }, watchProcess},
		{"law.ofd", func() []byte { return laidOut(b, articles) }, watchMemory},
		{"table.xlsx", func() []byte { return table }, watchMemory},
		{"table.xls", func() []byte { return converted(b, "table.xlsx", table, "xls") }, watchMemory},
	} {
		b.Run(f.name, func(b *testing.B) {
			file := f.file()
			b.SetBytes(int64(len(file)))
			b.ReportAllocs()
			b.ResetTimer()
			peak := f.watch(b, func() {
				for b.Loop() {
					if _, err := parse(b, Source{Name: f.name, Bytes: file}); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.ReportMetric(float64(peak)/(1<<20), "peakMB")
		})
	}
}

// watchMemory runs f and gives the most memory that objects took meanwhile,
// beyond what they took before.
func watchMemory(_ testing.TB, f func()) uint64 {
	held := func() uint64 {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	runtime.GC()
	before := held()
	stop, most := make(chan struct{}), make(chan uint64)
	go func() {
		peak := before
		for {
			select {
			case <-stop:
				most <- peak
				return
			case <-time.After(time.Millisecond):
				peak = max(peak, held())
			}
		}
	}()
	f()
	close(stop)
	return <-most - before
}

// watchProcess runs f and gives the most memory that the process took
// meanwhile, beyond what it took before; 0 where the system does not tell.
func watchProcess(tb testing.TB, f func()) uint64 {
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		f()
		return 0
	}
	taken := func(what string) uint64 {
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			tb.Fatal(err)
		}
		_, after, _ := strings.Cut(string(status), what)
		kb, err := strconv.ParseUint(strings.Fields(after)[0], 10, 64)
		if err != nil {
			tb.Fatal(err)
		}
		return kb << 10
	}
	before := taken("VmRSS:")
	f()
	return taken("VmHWM:") - before
}

// linesOfPages cuts paragraphs into lines of thirty characters and pages of
// thirty lines.
func linesOfPages(paragraphs []string) [][]string {
	var lines []string
	for _, p := range paragraphs {
		for line := range slices.Chunk([]rune(p), 30) {
			lines = append(lines, string(line))
		}
	}
	return slices.Collect(slices.Chunk(lines, 30))
}

// printed writes a PDF file whose font is not in it.
func printed(b *testing.B, paragraphs []string) []byte {
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "",
		"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /GBK-EUC-H /DescendantFonts [4 0 R] >>",
		"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 5 0 R /DW 1000 >>",
		"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >>",
	}
	var kids []string
	for _, lines := range linesOfPages(paragraphs) {
		content := "BT /F1 14 Tf 24 TL 72 770 Td\n"
		for _, line := range lines {
			coded, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(line))
			if err != nil {
				b.Fatal(err)
			}
			content += fmt.Sprintf("<%x> Tj T*\n", coded)
		}
		n := len(objects) + 1
		kids = append(kids, fmt.Sprintf("%d 0 R", n))
		objects = append(objects,
			fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>", n+1),
			fmt.Sprintf("<< /Length %d >>\nstream\n%sET\nendstream", len(content)+2, content))
	}
	objects[1] = fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(kids))
	return pdfOf(objects)
}

// laidOut writes an OFD file with thirty lines a page and a text object a line.
func laidOut(b *testing.B, paragraphs []string) []byte {
	const ns = ` xmlns:ofd="http://www.ofdspec.org/2016"`
	parts := [][2]string{{"OFD.xml", `<ofd:OFD` + ns + `><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`}}
	list := ""
	for _, onPage := range linesOfPages(paragraphs) {
		name := fmt.Sprintf("Pages/Page_%d/Content.xml", len(parts))
		page := ""
		for i, line := range onPage {
			page += fmt.Sprintf(`<ofd:TextObject Boundary="20 %d 170 6" Size="5"><ofd:TextCode X="0" Y="5" DeltaX="g 29 5.2">%s</ofd:TextCode></ofd:TextObject>`, 25+8*i, line)
		}
		parts = append(parts, [2]string{"Doc_0/" + name, `<ofd:Page` + ns + `><ofd:Content><ofd:Layer>` + page + `</ofd:Layer></ofd:Content></ofd:Page>`})
		list += `<ofd:Page BaseLoc="` + name + `"/>`
	}
	parts = append(parts, [2]string{"Doc_0/Document.xml", `<ofd:Document` + ns + `><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>` + list + `</ofd:Pages></ofd:Document>`})
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	for _, part := range parts {
		w, err := z.Create(part[0])
		if err == nil {
			_, err = w.Write([]byte(part[1]))
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	return file.Bytes()
}

// word writes a DOCX file.
func word(b *testing.B, paragraphs []string) []byte {
	const space = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	w, err := z.Create("word/document.xml")
	if err == nil {
		_, err = w.Write([]byte("<w:document " + space + "><w:body><w:p><w:r><w:t>" + strings.Join(paragraphs, "</w:t></w:r></w:p><w:p><w:r><w:t>") + "</w:t></w:r></w:p></w:body></w:document>"))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
	return file.Bytes()
}

// rich writes an RTF file.
func rich(paragraphs []string) []byte {
	var file strings.Builder
	file.WriteString(`{\rtf1\ansi\uc1 `)
	for _, p := range paragraphs {
		for _, r := range p {
			fmt.Fprintf(&file, `\u%d?`, int16(r))
		}
		file.WriteString("\\par\n")
	}
	file.WriteString("}")
	return []byte(file.String())
}

// workbook writes an XLSX file.
func workbook(b *testing.B, rows int) []byte {
	f := excelize.NewFile()
	defer f.Close()
	for row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", row+1), &[]any{"民政局", fmt.Sprintf("第%d窗口", row), row, 0.5, "示例路1号"}); err != nil {
			b.Fatal(err)
		}
	}
	var file bytes.Buffer
	if _, err := f.WriteTo(&file); err != nil {
		b.Fatal(err)
	}
	return file.Bytes()
}

// converted is a file as LibreOffice saves it in another format.
func converted(b *testing.B, name string, file []byte, format string) []byte {
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		b.Skip("left out: LibreOffice is not installed (Debian: libreoffice-writer-nogui, libreoffice-calc-nogui)")
	}
	dir := b.TempDir()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, file, 0o600); err != nil {
		b.Fatal(err)
	}
	made := exec.CommandContext(b.Context(), soffice, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", format, "--outdir", dir, path)
	if message, err := made.CombinedOutput(); err != nil {
		b.Fatalf("LibreOffice: %v\n%s", err, message)
	}
	out, err := os.ReadFile(filepath.Join(dir, stem(name)+"."+format))
	if err != nil {
		b.Fatal(err)
	}
	return out
}
