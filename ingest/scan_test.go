package ingest

import (
	"bytes"
	"fmt"
	"image/color"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zhiwen/ingest/ocr"
	"zhiwen/ingest/pdf"
)

// TestScans makes scans of pages that LibreOffice set and holds what is read of
// them against the text that they were set from.
func TestScans(t *testing.T) {
	engine, err := ocr.Find(t.Context(), "")
	painter, painterErr := exec.LookPath("pdftoppm")
	if err != nil || painterErr != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("apt-get install tesseract-ocr tesseract-ocr-chi-sim poppler-utils")
		}
		t.Skip("left out: tesseract with chi_sim, or pdftoppm, is not installed")
	}
	reader := pdf.Reader{Cache: filepath.Join(os.TempDir(), "zhiwen-test-pdfium"), Recognise: engine.Recognise}
	t.Cleanup(func() {
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, test := range []struct {
		file        string
		dpi         string
		first, last string
	}{{"pages.pdf", "200", "1", "1"}, {"columns.pdf", "200", "1", "1"}} {
		t.Run(test.file, func(t *testing.T) {
			prefix := filepath.Join(t.TempDir(), "scan")
			source := filepath.Join("testdata/office", test.file)
			if out, err := exec.CommandContext(t.Context(), painter, "-jpeg", "-gray", "-r", test.dpi, "-f", test.first, "-l", test.last, source, prefix).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			pictures, err := filepath.Glob(prefix + "*.jpg")
			if err != nil || len(pictures) == 0 {
				t.Fatal("no pages drawn", err)
			}
			doc, err := reader.Read(t.Context(), scanned(t, pictures))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(doc.Recognised, []int{1}) {
				t.Errorf("recognised pages %v", doc.Recognised)
			}
			whole := stored(t, test.file)
			end := len(whole.Text)
			if len(whole.Pages) > 1 {
				end = whole.Pages[1]
			}
			recall, precision := agreement(folded(plain(doc)), folded(whole.Title+whole.Text[:end]))
			t.Logf("%s at %s dpi: character recall %.4f, precision %.4f", test.file, test.dpi, recall, precision)
			if recall < 0.95 || precision < 0.90 {
				t.Errorf("recall %.4f, precision %.4f; want 0.95 and 0.90\n%s", recall, precision, plain(doc))
			}
		})
	}
}

// scanned puts pictures into a PDF, each on a page of its own.
func scanned(t *testing.T, pictures []string) []byte {
	t.Helper()
	objects := []string{"<< /Type /Catalog /Pages 2 0 R >>", ""}
	var kids []string
	for _, name := range pictures {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		config, err := jpeg.DecodeConfig(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		colours := "/DeviceRGB"
		if config.ColorModel == color.GrayModel {
			colours = "/DeviceGray"
		}
		const draw = "q 595 0 0 842 0 0 cm /I Do Q"
		n := len(objects) + 1
		kids = append(kids, fmt.Sprintf("%d 0 R", n))
		objects = append(objects,
			fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /I %d 0 R >> >> /Contents %d 0 R >>", n+2, n+1),
			fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(draw), draw),
			fmt.Sprintf("<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace %s /BitsPerComponent 8 /Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream", config.Width, config.Height, colours, len(b), b))
	}
	objects[1] = fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(kids))
	return pdfOf(objects)
}

// pdfOf numbers objects from 1 on; the first is the catalog.
func pdfOf(objects []string) []byte {
	var file bytes.Buffer
	file.WriteString("%PDF-1.4\n")
	var at []int
	for i, o := range objects {
		at = append(at, file.Len())
		fmt.Fprintf(&file, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := file.Len()
	fmt.Fprintf(&file, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range at {
		fmt.Fprintf(&file, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&file, "trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return file.Bytes()
}
