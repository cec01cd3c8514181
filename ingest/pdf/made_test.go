package pdf

import (
	"bytes"
	"fmt"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// made writes a PDF as many government offices do: with fonts that are not in
// the file and have no table of what their characters mean, only the name of
// an encoding. Each page is a list of lines, from the top.
func made(t testing.TB, encodingName string, e encoding.Encoding, pages ...[]string) []byte {
	t.Helper()
	contents := make([]string, len(pages))
	for i, lines := range pages {
		var b bytes.Buffer
		b.WriteString("BT /F1 14 Tf 20 TL 72 780 Td\n")
		for _, l := range lines {
			coded, err := e.NewEncoder().Bytes([]byte(l))
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "<%x> Tj T*\n", coded)
		}
		b.WriteString("ET")
		contents[i] = b.String()
	}
	return assembled("<< /Font << /F1 3 0 R >> >>", []string{
		fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /%s /DescendantFonts [4 0 R] >>", encodingName),
		"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 5 0 R /DW 1000 >>",
		"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >>",
	}, contents)
}

// assembled puts objects, from number 3 on, and pages together.
func assembled(resources string, objects, contents []string) []byte {
	kids := ""
	all := []string{"<< /Type /Catalog /Pages 2 0 R >>", ""}
	all = append(all, objects...)
	for _, c := range contents {
		n := len(all) + 1
		kids += fmt.Sprintf("%d 0 R ", n)
		all = append(all,
			fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources %s /Contents %d 0 R >>", resources, n+1),
			fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(c), c))
	}
	all[1] = fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", kids, len(contents))
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, o := range all {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(all)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(all)+1, table)
	return b.Bytes()
}

func gbk(t testing.TB, pages ...[]string) []byte {
	return made(t, "GBK-EUC-H", simplifiedchinese.GBK, pages...)
}

func ucs2(t testing.TB, pages ...[]string) []byte {
	return made(t, "UniGB-UCS2-H", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), pages...)
}

// scan is a page with a picture and nothing else.
func scan() []byte {
	picture := "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\nx\nendstream"
	return assembled("<< /XObject << /I 3 0 R >> >>", []string{picture}, []string{"595 0 0 842 0 0 cm /I Do"})
}
