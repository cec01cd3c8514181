package doc

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"slices"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
)

func sample(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("../testdata/office/sample.doc")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func read(b []byte) (content.Document, error) {
	c, err := container.OpenCompound(b)
	if err != nil {
		return content.Document{}, err
	}
	return Read(c)
}

// at is where the header of Word stands in the sample; its sectors are in
// order, so that the stream can be changed in place.
func at(t testing.TB, b []byte) int {
	t.Helper()
	i := bytes.Index(b, []byte{0xEC, 0xA5})
	if i < 0 {
		t.Fatal("the sample has no Word header")
	}
	return i
}

// TestRefuses: what cannot be read ends in one sentence.
func TestRefuses(t *testing.T) {
	whole := sample(t)
	changed := func(offset int, value ...byte) []byte {
		b := bytes.Clone(whole)
		copy(b[at(t, b)+offset:], value)
		return b
	}
	for name, test := range map[string]struct {
		b    []byte
		want error
	}{
		"cut off":      {whole[:len(whole)/2], container.ErrDamaged},
		"header only":  {whole[:100], container.ErrDamaged},
		"password":     {changed(0x0B, 0x01), container.ErrLocked},
		"Word 95":      {changed(0, 0xDC), errOld},
		"no magic":     {changed(0, 0x00), container.ErrDamaged},
		"no pieces":    {changed(partPieces+4, 0, 0, 0, 0), container.ErrDamaged},
		"pieces apart": {changed(partPieces, 0xFF, 0xFF, 0xFF, 0x7F), container.ErrDamaged},
	} {
		if _, err := read(test.b); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

// TestPieces: a piece holds one byte a character, in Windows' Western code page
// or in GBK, or two.
func TestPieces(t *testing.T) {
	gb, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte("绩溪县a"))
	if err != nil {
		t.Fatal(err)
	}
	wide := []byte{0xE9, 0x7E, 0x3D, 0xD8, 0x00, 0xDC, 0x00, 0xDC} // 绩, a pair, half a pair
	for name, test := range map[string]struct {
		bytes  []byte
		narrow bool
		want   string
	}{
		"GBK":     {gb, true, "绩溪县a"},
		"Western": {[]byte("\x93a\x94\xA1"), true, "“a”¡"},
		"wide":    {wide, false, "绩\U0001F400"},
		"half":    {wide[2:4], false, "\uFFFD"},
	} {
		n := len(test.bytes)
		if !test.narrow {
			n /= 2
		}
		p := pieces{main: test.bytes, all: []piece{{from: 0, to: n, narrow: test.narrow}}}
		var got []rune
		for _, c := range p.between(0, n) {
			got = append(got, c)
		}
		if string(got) != test.want {
			t.Errorf("%s: %q, want %q", name, string(got), test.want)
		}
	}
}

func TestPiecesRefuse(t *testing.T) {
	table := func(values ...uint32) view {
		var b []byte
		for _, v := range values {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
		return b
	}
	main := make(view, 100)
	for name, plc := range map[string]view{
		"outside":      table(0, 1000, 0, 0),
		"backward":     table(0, 10, 5, 0, 0, 0, 0),
		"gap":          table(1, 10, 0, 0),
		"many on one":  table(0, 40, 80, 120, 160, 200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
		"negative end": table(0, 0xFFFFFFFF, 0, 0),
	} {
		p := pieces{main: main}
		if err := p.read(plc); !errors.Is(err, container.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestProperties(t *testing.T) {
	list := view{0x16, 0x24, 1, 0x08, 0xD6, 3, 0, 1, 2, 0x0B, 0x46, 7, 0, 0x49, 0x66}
	var got []int
	properties(list, func(sprm int, operand view) { got = append(got, sprm, len(operand)) })
	if want := []int{sprmInTable, 1, sprmTable, 4, sprmList, 2, sprmDepth, 0}; !slices.Equal(got, want) {
		t.Errorf("properties %x, want %x", got, want)
	}
}

// FuzzRead changes bytes of the Word stream of the sample and of its tables.
func FuzzRead(f *testing.F) {
	whole := sample(f)
	f.Add(0, []byte{0}, 0, []byte{0})
	f.Add(partLists, []byte{1, 2, 3, 4}, 1536, []byte{0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, one int, first []byte, two int, second []byte) {
		b := bytes.Clone(whole)
		for offset, change := range map[int][]byte{one: first, two: second} {
			if offset >= 0 && offset < len(b) {
				copy(b[offset:], change)
			}
		}
		_, _ = read(b)
	})
}

func BenchmarkRead(b *testing.B) {
	file := sample(b)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := read(file); err != nil {
			b.Fatal(err)
		}
	}
}
