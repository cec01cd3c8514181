package ingest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"zhiwen/ingest/numbering"
)

// BenchmarkReadFormats reads a law of 10,000 条, or a table of 10,000 rows, in
// each format: MB of the file a second, and the most memory that its objects
// took at a time. LibreOffice makes the DOC and the XLS.
func BenchmarkReadFormats(b *testing.B) {
	const size = 10_000
	var articles []string
	for n := range size {
		articles = append(articles, "第"+numbering.Chinese.Write(n%9999+1)+"条　"+prose(100))
	}
	table := workbook(b, size)
	for _, f := range []struct {
		name string
		file func() []byte
	}{
		{"law.txt", func() []byte { return []byte(strings.Join(articles, "\n")) }},
		{"law.html", func() []byte { return []byte("<title>办法</title><p>" + strings.Join(articles, "</p>\n<p>")) }},
		{"law.docx", func() []byte { return word(b, articles) }},
		{"law.rtf", func() []byte { return rich(articles) }},
		{"law.doc", func() []byte { return converted(b, "law.rtf", rich(articles), "doc") }},
		{"table.xlsx", func() []byte { return table }},
		{"table.xls", func() []byte { return converted(b, "table.xlsx", table, "xls") }},
	} {
		b.Run(f.name, func(b *testing.B) {
			file := f.file()
			b.SetBytes(int64(len(file)))
			b.ReportAllocs()
			b.ResetTimer()
			peak := watchMemory(func() {
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
func watchMemory(f func()) uint64 {
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
