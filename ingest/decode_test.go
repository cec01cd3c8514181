package ingest

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"zhiwen/ingest/pdf"
)

func encoded(t *testing.T, e encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecode(t *testing.T) {
	const text = "绩溪县〇㐂𠀀：办理“247件”" // with a character beyond GBK and one beyond the BMP
	gb := simplifiedchinese.GB18030
	for _, test := range []struct {
		name string
		src  Source
		want string
	}{
		{"UTF-8", Source{Bytes: []byte(text)}, text},
		{"UTF-8 with mark", Source{Bytes: []byte("\uFEFF" + text)}, text},
		{"UTF-16LE", Source{Bytes: encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), text)}, text},
		{"UTF-16BE", Source{Bytes: encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), text)}, text},
		{"GB18030 undeclared", Source{Bytes: encoded(t, gb, text)}, text},
		{"HTTP says gb2312", Source{ContentType: "text/html; charset=gb2312", Bytes: encoded(t, gb, text)}, text},
		{"meta says gbk", Source{Bytes: encoded(t, gb, `<meta charset="gbk">`+text)}, `<meta charset="gbk">` + text},
		{"meta lies", Source{Bytes: []byte(`<meta http-equiv=x content="text/html; charset=gb2312">` + text)}, `<meta http-equiv=x content="text/html; charset=gb2312">` + text},
		{"HTTP lies", Source{ContentType: "text/html; charset=utf-8", Bytes: encoded(t, gb, text)}, text},
		{"one broken byte", Source{Bytes: []byte(strings.Repeat(text, 40) + "\xff")}, strings.Repeat(text, 40) + "\uFFFD"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := decode(test.src)
			if err != nil || got != test.want {
				t.Errorf("decoded to %q, %v; want %q", got, err, test.want)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	for name, b := range map[string][]byte{
		"binary":  []byte("\x00\x01\x02\xff\xfe\xfd\x00\x80"),
		"broken":  []byte(strings.Repeat("绩溪\xff", 50)),
		"garbled": []byte(strings.Repeat("县\uFFFD政府", 50)),
	} {
		if got, err := decode(Source{Bytes: b}); err == nil || !strings.Contains(err.Error(), "% of the characters cannot be read") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestFormatOf(t *testing.T) {
	table := formats(htmlReader{}, &pdf.Reader{})
	for _, test := range []struct{ name, bytes, want string }{
		{"a.txt", "甲", "text"},
		{"README", "甲", "text"},
		{"a.MD", "<p>甲", "markdown"},
		{"a.shtml", "甲", "html"},
		{"a.txt", "\n<!DOCTYPE html>", "html"},
		{"a.doc", "<!-- x --><html>", "html"},
		{"http://x.gov.cn/show/1.html?a=b.pdf", "甲", "html"},
		{"a.txt", "%PDF-1.4", "pdf"},
		{"a.docx", "PK\x03\x04", "zip"},
		{"a.doc", "\xD0\xCF\x11\xE0", ""},
		{"a.txt", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "ole"},
		{"a.csv", "甲,乙", "csv"},
		{"a.json", "{}", "json"},
		{"a.xml", "<a/>", ""},
	} {
		f, err := formatOf(table, Source{Name: test.name, Bytes: []byte(test.bytes)})
		if (err == nil) != (test.want != "") || err == nil && f.name != test.want {
			t.Errorf("%s %q is %q, %v; want %q", test.name, test.bytes, f.name, err, test.want)
		}
	}
}
