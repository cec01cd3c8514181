package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// The picture holds the address of the page with the question, and never what
// may be a person's number.
func TestQRCode(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	for _, test := range []struct{ query, path string }{
		{"", "/"},
		{"page=/elder&q=" + url.QueryEscape("身份证怎么补办"), "/elder?q=" + url.QueryEscape("身份证怎么补办")},
		{"page=/etc/passwd&q=" + url.QueryEscape("a&b#c"), "/?q=a%26b%23c"},
		{"script=hant&q=" + url.QueryEscape("补办"), "/?q=" + url.QueryEscape("补办") + "&script=hant"},
		{"q=" + url.QueryEscape("我的身份证341824190001010000到期了"), "/"},
		{"q=" + url.QueryEscape("电话139 0000 1111"), "/"},
		{"q=" + url.QueryEscape("这个问题实在太长了这个问题实在太长了这个问题实在太长了这个问题实在太长了这个问题实在太长了这个问题实在太长了这个问题实在太长了"), "/"},
	} {
		r, body := s.get("/qr.svg?" + test.query)
		if kind := r.Header.Get("Content-Type"); r.StatusCode != 200 || kind != "image/svg+xml" {
			t.Fatalf("%s: %d %s", test.query, r.StatusCode, kind)
		}
		if got := readCode(t, body); got != s.url+test.path {
			t.Errorf("%s leads to %s, want %s", test.query, got, s.url+test.path)
		}
	}
}

// readCode decodes a picture as a camera does.
func readCode(t *testing.T, svg string) string {
	t.Helper()
	side, err := strconv.Atoi(regexp.MustCompile(`width="(\d+)"`).FindStringSubmatch(svg)[1])
	if err != nil {
		t.Fatal(err)
	}
	matrix, err := gozxing.NewSquareBitMatrix(side / qrScale)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h`).FindAllStringSubmatch(svg, -1) {
		var x, y int
		fmt.Sscan(m[1], &x)
		fmt.Sscan(m[2], &y)
		matrix.Set(x/qrScale, y/qrScale)
	}
	found, err := qrcode.NewQRCodeReader().Decode(bitmapOf(t, matrix), map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
	if err != nil {
		t.Fatal("read the code:", err)
	}
	return found.GetText()
}

func bitmapOf(t *testing.T, matrix *gozxing.BitMatrix) *gozxing.BinaryBitmap {
	t.Helper()
	side := matrix.GetWidth()
	luminance := make([]byte, side*side)
	for y := range side {
		for x := range side {
			if !matrix.Get(x, y) {
				luminance[y*side+x] = 0xff
			}
		}
	}
	bitmap, err := gozxing.NewBinaryBitmap(gozxing.NewGlobalHistgramBinarizer(&pixels{side, luminance}))
	if err != nil {
		t.Fatal(err)
	}
	return bitmap
}

// pixels are a square picture as the decoder takes it.
type pixels struct {
	side  int
	bytes []byte
}

func (p *pixels) GetRow(y int, row []byte) ([]byte, error) {
	return append(row[:0], p.bytes[y*p.side:(y+1)*p.side]...), nil
}
func (p *pixels) GetMatrix() []byte               { return p.bytes }
func (p *pixels) GetWidth() int                   { return p.side }
func (p *pixels) GetHeight() int                  { return p.side }
func (p *pixels) IsCropSupported() bool           { return false }
func (p *pixels) IsRotateSupported() bool         { return false }
func (p *pixels) Invert() gozxing.LuminanceSource { return gozxing.LuminanceSourceInvert(p) }
func (p *pixels) String() string                  { return "pixels" }
func (p *pixels) Crop(int, int, int, int) (gozxing.LuminanceSource, error) {
	return nil, fmt.Errorf("not cropped")
}
func (p *pixels) RotateCounterClockwise() (gozxing.LuminanceSource, error) {
	return nil, fmt.Errorf("not turned")
}
func (p *pixels) RotateCounterClockwise45() (gozxing.LuminanceSource, error) {
	return nil, fmt.Errorf("not turned")
}

// Behind a gateway the address is that of the gateway, where it is one of ours.
func TestOrigin(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	s.cfg.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, test := range []struct{ peer, public, want string }{
		{"10.0.0.1:5", "https://www.example.gov.cn/ask/", "https://www.example.gov.cn/ask"},
		{"10.0.0.1:5", "", "https://ask.example.gov.cn"},
		{"203.0.113.9:5", "", "http://ask.example.gov.cn"},
		{"203.0.113.9:5", "https://wen.example.gov.cn/", "https://wen.example.gov.cn"},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://ask.example.gov.cn/qr.svg", nil)
		public, err := ParsePublic(test.public)
		if err != nil {
			t.Fatal(err)
		}
		r.RemoteAddr, s.cfg.Public = test.peer, public
		r.Header.Set("X-Forwarded-Proto", "https")
		if got := s.home(r); got != test.want {
			t.Errorf("%+v: %s", test, got)
		}
	}
}
