package rtf

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"zhiwen/ingest/content"
)

func TestRead(t *testing.T) {
	row := func(text string) content.Block {
		return content.Block{Rows: [][]content.Cell{{{Text: text, Across: 1, Down: 1}}}}
	}
	for name, test := range map[string]struct {
		rtf  string
		want []content.Block
	}{
		"GBK by code page":  {`{\rtf1\ansicpg936 \'bc\'a8\'cf\'aa\par}`, []content.Block{{Text: "绩溪"}}},
		"GBK by font":       {`{\rtf1{\fonttbl{\f1\fcharset134 x;}}\f1\'bc\'a8\par}`, []content.Block{{Text: "绩"}}},
		"Western":           {`{\rtf1 a\'e9\par}`, []content.Block{{Text: "aé"}}},
		"Unicode":           {`{\rtf1\uc1\u32489?\u28330\'3f\uc0\u-10179\u-9216 a\par}`, []content.Block{{Text: "绩溪\U0001F400a"}}},
		"fallback of two":   {`{\rtf1\ansicpg936\uc2\u32489\'bc\'a8\u28330\'cf\'aa\par}`, []content.Block{{Text: "绩溪"}}},
		"hidden, deleted":   {`{\rtf1 a{\v b}{\deleted c}\v d\v0 e\par}`, []content.Block{{Text: "ae"}}},
		"destinations":      {`{\rtf1{\*\generator x}{\info{\title x}}{\header x\par}a{\footnote x}{\field{\*\fldinst PAGE}{\fldrslt 3}}\par}`, []content.Block{{Text: "a3"}}},
		"text box":          {`{\rtf1 a{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt b}}{\shprslt b}}\par}`, []content.Block{{Text: "ab"}}},
		"number":            {`{\rtf1{\listtext 1.\tab}a\par}`, []content.Block{{Text: "1.\ta"}}},
		"heading":           {`{\rtf1\outlinelevel1 a\par\pard b\par}`, []content.Block{{Text: "a", Depth: 2}, {Text: "b"}}},
		"picture":           {"{\\rtf1 a{\\pict\\bin3 }}}}b\\par}", []content.Block{{Text: "ab"}}},
		"table":             {`{\rtf1\trowd\cellx100\intbl a\cell\row\pard b\par}`, []content.Block{row("a"), {Text: "b"}}},
		"table to the end":  {`{\rtf1\trowd\cellx100\intbl a\cell\row}`, []content.Block{row("a")}},
		"escapes":           {`{\rtf1 \{a\}\\\~b\_c\line d}`, []content.Block{{Text: "{a}\\\u00a0b-c\nd"}}},
		"nothing":           {`{\rtf1}`, nil},
		"no end of line":    {"{\\rtf1 a\r\nb\\par}", []content.Block{{Text: "ab"}}},
		"sign of a font":    {`{\rtf1 a\u-3880?b\par}`, []content.Block{{Text: "ab"}}},
		"half a character":  {`{\rtf1\ansicpg936 a\'bc\par}`, []content.Block{{Text: "a\uFFFD"}}},
		"negative fallback": {`{\rtf1\uc-5\u32489 a\par}`, []content.Block{{Text: "绩a"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Read([]byte(test.rtf))
			if err != nil || !reflect.DeepEqual(got.Blocks, test.want) {
				t.Errorf("blocks %+v, %v; want %+v", got.Blocks, err, test.want)
			}
		})
	}
}

func TestRefuses(t *testing.T) {
	for name, rtf := range map[string]string{
		"cut off":     `{\rtf1 a`,
		"too deep":    `{\rtf1 ` + strings.Repeat("{", 2*maxDepth),
		"cut in hex":  `{\rtf1 \'`,
		"cut in word": `{\rtf1 \u`,
	} {
		if _, err := Read([]byte(rtf)); err != ErrDamaged {
			t.Errorf("%s: %v, want %v", name, err, ErrDamaged)
		}
	}
}

func sample(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("../testdata/office/sample.rtf")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{\rtf1\ansicpg936\uc1\u32489?{\*\x{\shptxt \trowd\clvmrg\cellx-5\cell\row}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		doc, err := Read(b)
		if err != nil {
			return
		}
		length := 0
		for _, block := range doc.Blocks {
			length += len(block.Text)
			for _, row := range block.Rows {
				for _, c := range row {
					length += len(c.Text)
				}
			}
		}
		if length > 4*len(b) {
			t.Fatalf("%d bytes of text from %d", length, len(b))
		}
	})
}

func BenchmarkRead(b *testing.B) {
	file := sample(b)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(file); err != nil {
			b.Fatal(err)
		}
	}
}
