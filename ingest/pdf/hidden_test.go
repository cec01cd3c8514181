package pdf

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// paint makes a PDF of one page with a font /F1 in GBK-EUC-H and a picture /I.
func paint(t testing.TB, operators ...string) []byte {
	t.Helper()
	return assembled("<< /Font << /F1 3 0 R >> /XObject << /I 6 0 R >> >>", []string{
		"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /GBK-EUC-H /DescendantFonts [4 0 R] >>",
		"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 5 0 R /DW 1000 >>",
		"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >>",
		"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\nx\nendstream",
	}, []string{strings.Join(operators, "\n")})
}

// show sets a line at a place, size high; before comes ahead of it within the
// text object.
func show(t testing.TB, x, y, size float64, before, text string) string {
	t.Helper()
	coded, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("q BT /F1 %g Tf %s %g %g Td <%x> Tj ET Q", size, before, x, y, coded)
}

// TestHidden: what nobody can see on the page is no text of it.
func TestHidden(t *testing.T) {
	r := reader(t)
	seen := show(t, 72, 780, 14, "0 g", "第一行谁都看得见，说的是便民服务窗口的办理时间。")
	for name, test := range map[string]struct {
		operators []string
		kept      bool
	}{
		"plain":              {[]string{show(t, 72, 600, 14, "", "第二行")}, true},
		"white on white":     {[]string{show(t, 72, 600, 14, "1 1 1 rg", "第二行")}, false},
		"nearly white":       {[]string{show(t, 72, 600, 14, "0.97 0.98 0.96 rg", "第二行")}, false},
		"white on blue":      {[]string{"q 0 0.2 0.6 rg 60 590 300 40 re f Q", show(t, 72, 600, 14, "1 1 1 rg", "第二行")}, true},
		"no size":            {[]string{show(t, 72, 600, 0.3, "", "第二行")}, false},
		"off the page":       {[]string{show(t, 72, -300, 14, "", "第二行")}, false},
		"beside the page":    {[]string{show(t, 900, 600, 14, "", "第二行")}, false},
		"not drawn":          {[]string{show(t, 72, 600, 14, "3 Tr", "第二行")}, false},
		"below white":        {[]string{show(t, 72, 600, 14, "", "第二行"), "q 1 1 1 rg 60 580 300 50 re f Q"}, false},
		"blacked out":        {[]string{show(t, 72, 600, 14, "", "第二行"), "q 0 0 0 rg 60 580 300 50 re f Q"}, false},
		"above white":        {[]string{"q 1 1 1 rg 60 580 300 50 re f Q", show(t, 72, 600, 14, "", "第二行")}, true},
		"beside a rectangle": {[]string{show(t, 72, 600, 14, "", "第二行"), "q 1 1 1 rg 60 400 300 50 re f Q"}, true},
		"grey":               {[]string{show(t, 72, 600, 14, "0.6 g", "第二行")}, true},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := r.Read(t.Context(), paint(t, append([]string{seen}, test.operators...)...))
			if err != nil {
				t.Fatal(err)
			}
			all := strings.Join(texts(doc), "\n")
			if !strings.HasPrefix(all, "第一行谁都看得见") || strings.Contains(all, "第二行") != test.kept || len(doc.Recognised) > 0 {
				t.Errorf("text is %q, recognised %v", all, doc.Recognised)
			}
		})
	}
	hidden := []string{show(t, 72, 780, 14, "3 Tr", "扫描件上面由程序识别出来的文字放在图片之上，"), show(t, 72, 760, 14, "3 Tr", "可以选中而看不见。")}
	t.Run("over a scan", func(t *testing.T) {
		doc, err := r.Read(t.Context(), paint(t, append([]string{"q 595 0 0 842 0 0 cm /I Do Q"}, hidden...)...))
		if err != nil || !slices.Equal(doc.Recognised, []int{1}) || !strings.Contains(strings.Join(texts(doc), ""), "可以选中而看不见。") {
			t.Errorf("text is %q, recognised %v, %v", texts(doc), doc.Recognised, err)
		}
	})
	t.Run("over a small picture", func(t *testing.T) {
		doc, err := r.Read(t.Context(), paint(t, append([]string{"q 50 0 0 50 0 0 cm /I Do Q"}, hidden...)...))
		if !errors.Is(err, ErrScan) {
			t.Errorf("text is %q, %v", texts(doc), err)
		}
	})
}

// TestTurned: a page that is shown turned, or cut, is read as it is shown.
func TestTurned(t *testing.T) {
	r := reader(t)
	want := []string{"便民服务窗口的办理时间", "节假日照常"}
	for name, test := range map[string]struct{ attributes, matrix string }{
		"upright": {"", ""},
		"cut":     {"/CropBox [50 50 500 800]", ""},
		"quarter": {"/Rotate 90", "0 1 -1 0 595 0 cm"},
		"half":    {"/Rotate 180", "-1 0 0 -1 595 842 cm"},
		"left":    {"/Rotate 270", "0 -1 1 0 0 842 cm"},
	} {
		b := paint(t, "q "+test.matrix, show(t, 100, 500, 14, "", want[0]), show(t, 100, 400, 14, "", want[1]), "Q")
		b = []byte(strings.Replace(string(b), "/Type /Page /Parent", "/Type /Page "+test.attributes+" /Parent", 1))
		doc, err := r.Read(t.Context(), b)
		if err != nil || !slices.Equal(texts(doc), want) {
			t.Errorf("%s: %q, %v", name, texts(doc), err)
		}
	}
}
