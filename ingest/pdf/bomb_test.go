package pdf

import (
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"zhiwen/ingest/content"
)

// TestBombs: files made to turn in circles, to unpack without end or to ask
// for a page as large as a country are read as far as they hold something, or
// refused in one sentence, within the time and memory of one sandbox.
func TestBombs(t *testing.T) {
	r := reader(t)
	for name, b := range bombs(t) {
		t.Run(name, func(t *testing.T) {
			forgetPeak(t)
			doc, err := r.Read(t.Context(), b)
			isSentence(t, doc, err)
			// Who looks at a page waits for seconds; the engine is stopped then.
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			if _, err := r.Picture(ctx, b, 1); err != nil {
				isSentence(t, content.Document{}, err)
			}
			peak := peakMemory(t)
			t.Logf("%d KB: %q, %v; at most %d MB", len(b)>>10, strings.Join(texts(doc), "|"), err, peak)
			if peak > mostMB {
				t.Errorf("took %d MB, want at most %d", peak, mostMB)
			}
		})
	}
	doc, err := r.Read(t.Context(), bombs(t)[behindBroken])
	if err != nil || !slices.Equal(texts(doc), []string{"绩溪县"}) || doc.Blocks[0].Page != 2 || !slices.Equal(doc.Warnings, []string{"pages left out (damaged): 1"}) {
		t.Errorf("%s: %+v, %v", behindBroken, doc, err)
	}
	if doc, err := r.Read(t.Context(), gbk(t, []string{"绩溪县"})); err != nil || texts(doc)[0] != "绩溪县" {
		t.Errorf("after all that: %+v, %v", doc, err)
	}
}

// behindBroken is a file whose second page is whole.
const behindBroken = "a page behind one that breaks the engine"

func isSentence(t *testing.T, doc content.Document, err error) {
	t.Helper()
	if t.Context().Err() != nil {
		t.Fatal("not within the time of the test")
	}
	for _, said := range append(doc.Warnings, fmt.Sprint(err)) {
		if strings.ContainsAny(said, "\n\r") || strings.Contains(said, "wasm") || strings.Contains(said, "panic") || len(said) > 300 {
			t.Errorf("no sentence for an operator: %q", said)
		}
	}
}

// forgetPeak makes the kernel count the most memory of this process anew.
func forgetPeak(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		return
	}
	runtime.GC()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Logf("memory is counted from the start: %v", err)
	}
}

// peakMemory is the most memory in MB that this process took, 0 where that is
// not known.
func peakMemory(t *testing.T) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	kb, err := strconv.Atoi(strings.Fields(after)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kb >> 10
}

// bombs are hostile files by what is wrong with them.
func bombs(t testing.TB) map[string][]byte {
	const line = "BT /F1 14 Tf 72 700 Td <BCA8CFAACFD8> Tj ET" // 绩溪县 in GBK
	page := func(attributes, contents string) string {
		return fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 10 0 R >> /XObject << /X 20 0 R /Y 21 0 R >> /Pattern << /P 22 0 R >> /ExtGState << /G 24 0 R >> >> /Contents %s %s >>", contents, attributes)
	}
	const catalog, pages = "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
	fonts := map[int]string{
		10: "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /GBK-EUC-H /DescendantFonts [11 0 R] >>",
		11: "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 12 0 R /DW 1000 >>",
		12: "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >>",
	}
	with := func(changes map[int]string) []byte {
		all := map[int]string{1: catalog, 2: pages, 3: page("", "4 0 R"), 4: plainStream("", line)}
		for _, objects := range []map[int]string{fonts, changes} {
			for n, o := range objects {
				all[n] = o
			}
		}
		return numbered(all, "")
	}
	form := func(attributes, contents string) string {
		return plainStream("/Type /XObject /Subtype /Form /BBox [0 0 595 842] "+attributes, contents)
	}
	files := map[string][]byte{
		"page tree in a ring":        with(map[int]string{2: "<< /Type /Pages /Kids [5 0 R] /Count 9 >>", 5: "<< /Type /Pages /Kids [2 0 R 5 0 R] /Count 9 /Parent 5 0 R >>"}),
		"page its own parent":        with(map[int]string{3: strings.Replace(page("", "4 0 R"), "/Parent 2 0 R", "/Parent 3 0 R", 1)}),
		"a billion pages":            with(map[int]string{2: "<< /Type /Pages /Kids [3 0 R] /Count 1000000000 >>"}),
		"pages of pages":             with(map[int]string{2: "<< /Type /Pages /Kids [" + strings.Repeat("3 0 R ", 100_000) + "] /Count 100000 >>"}),
		"a country's page":           with(map[int]string{3: strings.Replace(page("", "4 0 R"), "[0 0 595 842]", "[0 0 1000000000 1000000000]", 1)}),
		"a line's page":              with(map[int]string{3: strings.Replace(page("", "4 0 R"), "[0 0 595 842]", "[0 0 1000000000 0.0001]", 1)}),
		"no page's size":             with(map[int]string{3: strings.Replace(page("", "4 0 R"), "[0 0 595 842]", "[0 0 1e400 -99999999999999999999]", 1)}),
		"large unit":                 with(map[int]string{3: page("/UserUnit 1000000", "4 0 R")}),
		"contents in a ring":         with(map[int]string{3: page("", "[4 0 R 5 0 R]"), 5: "[5 0 R 4 0 R]"}),
		"length of itself":           with(map[int]string{4: "<< /Length 4 0 R >>\nstream\n" + line + "\nendstream"}),
		"length in a ring":           with(map[int]string{4: "<< /Length 5 0 R >>\nstream\n" + line + "\nendstream", 5: "6 0 R", 6: "5 0 R"}),
		"form in itself":             with(map[int]string{4: plainStream("", line+" /X Do"), 20: form("/Resources << /XObject << /X 20 0 R >> >>", "/X Do /X Do")}),
		"forms in a ring":            with(map[int]string{4: plainStream("", line+" /X Do"), 20: form("/Resources << /XObject << /Y 21 0 R >> >>", "/Y Do /Y Do"), 21: form("/Resources << /XObject << /X 20 0 R >> >>", "/X Do /X Do")}),
		"pattern of itself":          with(map[int]string{4: plainStream("", line+" /Pattern cs /P scn 0 0 500 500 re f"), 22: plainStream("/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 0.0001 /YStep 0.0001 /Resources << /Pattern << /P 22 0 R >> >>", "/Pattern cs /P scn 0 0 9 9 re f")}),
		"mask of itself":             with(map[int]string{4: plainStream("", "/G gs "+line), 24: "<< /Type /ExtGState /SMask << /Type /Mask /S /Luminosity /G 20 0 R >> >>", 20: form("/Group << /S /Transparency >> /Resources << /ExtGState << /G 24 0 R >> >>", "/G gs 0 0 500 500 re f")}),
		"glyph of its font":          with(map[int]string{10: "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] /Encoding << /Type /Encoding /Differences [188 /a] >> /FirstChar 188 /LastChar 188 /Widths [1000] /CharProcs << /a 30 0 R >> /Resources << /Font << /F1 10 0 R >> >> >>", 30: plainStream("", "1000 0 d0 BT /F1 1 Tf <BC> Tj ET")}),
		"font of itself":             with(map[int]string{10: "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding 10 0 R /ToUnicode 10 0 R /DescendantFonts [10 0 R] >>"}),
		"colours of themselves":      with(map[int]string{4: plainStream("", "/C cs 1 scn "+line), 3: strings.Replace(page("", "4 0 R"), "/Font", "/ColorSpace << /C 25 0 R >> /Font", 1), 25: "[/Indexed 25 0 R 255 25 0 R]"}),
		"annotation of itself":       with(map[int]string{3: page("/Annots [26 0 R 26 0 R]", "4 0 R"), 26: "<< /Type /Annot /Subtype /Stamp /Rect [0 0 500 500] /Parent 26 0 R /AP << /N 20 0 R >> >>", 20: form("/Resources << /XObject << /X 20 0 R >> >>", "/X Do")}),
		"filters without end":        with(map[int]string{4: plainStream("/Filter ["+strings.Repeat("/FlateDecode ", 10_000)+"]", line)}),
		"filter of hexadecimals":     with(map[int]string{4: plainStream("/Filter ["+strings.Repeat("/ASCIIHexDecode ", 60)+"]", strings.Repeat("33", 1<<20))}),
		"unpacks to a gigabyte":      with(map[int]string{4: plainStream("/Filter /FlateDecode", squeezed(t, 1<<30, 1))}),
		"unpacks twice":              with(map[int]string{4: plainStream("/Filter [/FlateDecode /FlateDecode]", squeezed(t, 1<<30, 2))}),
		"run length":                 with(map[int]string{4: plainStream("/Filter [/RunLengthDecode /RunLengthDecode /RunLengthDecode]", strings.Repeat("\x81\x81", 1<<20))}),
		"a picture of a gigapixel":   with(map[int]string{4: plainStream("", line+" q 500 0 0 500 0 0 cm /X Do Q"), 20: plainStream("/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceRGB /BitsPerComponent 16 /Filter /FlateDecode", squeezed(t, 1<<28, 1))}),
		"a picture of a terapixel":   with(map[int]string{4: plainStream("", line+" q 500 0 0 500 0 0 cm /X Do Q"), 20: plainStream("/Type /XObject /Subtype /Image /Width 2000000000 /Height 2000000000 /ColorSpace /DeviceRGB /BitsPerComponent 16", "x")}),
		"a fax of a gigapixel":       with(map[int]string{4: plainStream("", line+" q 500 0 0 500 0 0 cm /X Do Q"), 20: plainStream("/Type /XObject /Subtype /Image /Width 65000 /Height 65000 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 65000 /Rows 65000 >>", strings.Repeat("\xff", 1<<20))}),
		"a hundred thousand objects": with(map[int]string{4: plainStream("", strings.Repeat("0 0 9 9 re f ", 100_000)+line)}),
		"a million states":           with(map[int]string{4: plainStream("", strings.Repeat("q ", 1_000_000)+line)}),
		"a million characters":       with(map[int]string{4: plainStream("", "BT /F1 1 Tf 72 700 Td <"+strings.Repeat("BCA8", 1_000_000)+"> Tj ET")}),
		"nested arrays":              with(map[int]string{5: strings.Repeat("[", 1_000_000) + strings.Repeat("]", 1_000_000), 3: page("/A 5 0 R", "4 0 R")}),
		"nested arrays on a page":    with(map[int]string{4: plainStream("", strings.Repeat("[", 1_000_000)+" TJ "+line)}),
		"nested dictionaries":        with(map[int]string{3: page("/A "+strings.Repeat("<< /A ", 100_000)+"0"+strings.Repeat(" >>", 100_000), "4 0 R")}),
		"clipped without end":        with(map[int]string{4: plainStream("", strings.Repeat("0 0 500 500 re W n ", 20_000)+line)}),
		"dashes without end":         with(map[int]string{4: plainStream("", "[0.00001] 0 d 0 0 m 500 500 l S "+line)}),
		"function of itself":         with(map[int]string{4: plainStream("", line+" /P gs"), 3: strings.Replace(page("", "4 0 R"), "/Font", "/Shading << /S 27 0 R >> /Font", 1), 27: "<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 1] /Function 28 0 R >>", 28: "<< /FunctionType 3 /Domain [0 1] /Functions [28 0 R 28 0 R] /Bounds [0.5] /Encode [0 1 0 1] >>"}),
		"xref of itself":             numbered(map[int]string{1: catalog, 2: pages, 3: page("", "4 0 R"), 4: plainStream("", line), 10: fonts[10], 11: fonts[11], 12: fonts[12]}, "self"),
		"xref far away":              numbered(map[int]string{1: catalog, 2: pages, 3: page("", "4 0 R"), 4: plainStream("", line), 10: fonts[10], 11: fonts[11], 12: fonts[12]}, "99999999999"),
		"root of itself":             []byte("%PDF-1.7\n1 0 obj\n1 0 R\nendobj\ntrailer << /Root 1 0 R /Size 2 >>\n"),
		"objects in a ring":          []byte("%PDF-1.7\n1 0 obj\n2 0 R\nendobj\n2 0 obj\n1 0 R\nendobj\n3 0 obj\n<< /Type /ObjStm /N 999999999 /First 1 /Extends 3 0 R /Length 3 >>\nstream\n1 0\nendstream\nendobj\ntrailer << /Root 1 0 R /Size 4 /Prev 9 >>\nstartxref\n9\n%%EOF"),
		"encrypted by itself":        bytes.Replace(with(nil), []byte("/Root"), []byte("/Encrypt 1 0 R /ID [<00> <00>] /Root"), 1),
		"nothing but objects":        []byte("%PDF-1.7\n" + strings.Repeat("1 0 obj\n", 1_000_000)),
	}
	files[behindBroken] = with(map[int]string{
		2: "<< /Type /Pages /Kids [3 0 R 5 0 R] /Count 2 >>", 4: plainStream("", line+" /X Do"), 5: page("", "6 0 R"), 6: plainStream("", line),
		20: form("/Resources << /XObject << /X 20 0 R >> >>", "/X Do /X Do"),
	})
	// Every form draws the next one twice: 2 to the power of 40 in all.
	laughs := map[int]string{4: plainStream("", line+" /X Do"), 20: form("/Resources << /XObject << /X 40 0 R >> >>", "/X Do /X Do")}
	for i := range 40 {
		laughs[40+i] = form(fmt.Sprintf("/Resources << /Font << /F1 10 0 R >> /XObject << /X %d 0 R >> >>", 41+i), "/X Do /X Do "+line)
	}
	files["forms doubled forty times"] = with(laughs)
	return files
}

func plainStream(attributes, data string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", attributes, len(data), data)
}

// squeezed are so many zero bytes, deflated so many times.
func squeezed(t testing.TB, size, times int) string {
	t.Helper()
	from := bytes.NewReader(nil)
	var b bytes.Buffer
	for range times {
		b.Reset()
		w := zlib.NewWriter(&b)
		if from.Len() == 0 {
			zeros := make([]byte, 1<<20)
			for range size >> 20 {
				if _, err := w.Write(zeros); err != nil {
					t.Fatal(err)
				}
			}
		} else if _, err := from.WriteTo(w); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		from = bytes.NewReader(bytes.Clone(b.Bytes()))
	}
	return b.String()
}

// numbered writes objects under their numbers. previous is where the trailer
// says that an older table lies; "self": this one.
func numbered(objects map[int]string, previous string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	last := 0
	for n := range objects {
		last = max(last, n)
	}
	at := make([]int, last+1)
	for n := 1; n <= last; n++ {
		if o, ok := objects[n]; ok {
			at[n] = b.Len()
			fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, o)
		}
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", last+1)
	for n := 1; n <= last; n++ {
		if at[n] == 0 {
			b.WriteString("0000000000 00000 f \n")
		} else {
			fmt.Fprintf(&b, "%010d 00000 n \n", at[n])
		}
	}
	if previous == "self" {
		previous = strconv.Itoa(table)
	}
	if previous != "" {
		previous = "/Prev " + previous
	}
	fmt.Fprintf(&b, "trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n", last+1, previous, table)
	return b.Bytes()
}
