package ocr

import (
	"errors"
	"image"
	"os"
	"strings"
	"testing"
)

func TestGlyphs(t *testing.T) {
	const table = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n" +
		"4\t1\t1\t1\t1\t0\t100\t50\t300\t40\t-1\t\n" +
		"5\t1\t1\t1\t1\t1\t100\t52\t80\t36\t91.5\t绩溪\n" +
		"5\t1\t1\t1\t1\t2\t200\t52\t30\t36\t80\tA1县\n" +
		"4\t1\t1\t1\t2\t0\t100\t100\t40\t44\t-1\t\n" +
		"5\t1\t1\t1\t2\t1\t100\t100\t40\t44\t95\t一\n" +
		"short\tline\n"
	var text strings.Builder
	all := glyphs(table)
	for _, g := range all {
		text.WriteRune(g.Rune)
		if g.Bottom-g.Top != 44 { // the usual height
			t.Errorf("%c is %v high", g.Rune, g.Bottom-g.Top)
		}
	}
	if text.String() != "绩溪A1县一" || all[1].Left != 140 || all[1].Right != 180 || all[2].Right-all[2].Left != 7.5 {
		t.Errorf("characters %+v", all)
	}
	if unsure := glyphs(strings.NewReplacer("91.5", "20", "80\t", "12\t", "95", "30").Replace(table)); unsure != nil {
		t.Errorf("what nobody is sure of: %+v", unsure)
	}
	if none := glyphs(""); none != nil {
		t.Errorf("of nothing: %+v", none)
	}
}

func FuzzGlyphs(f *testing.F) {
	f.Add("5\t1\t1\t1\t1\t1\t100\t52\t80\t36\t91.5\t绩溪\n4\t1\t1\t1\t1\t0\t100\t50\t300\t40\t-1\t\n")
	f.Add("5\t\t\t\t\t\t0\t0\t0\t0\t70\t")
	f.Fuzz(func(t *testing.T, table string) {
		if all := glyphs(table); len(all) > len(table) {
			t.Fatalf("%d characters of %d bytes", len(all), len(table))
		}
	})
}

func TestRecognise(t *testing.T) {
	engine, err := Find(t.Context())
	if errors.Is(err, ErrNone) {
		if os.Getenv("CI") != "" {
			t.Fatal("tesseract is not installed: apt-get install tesseract-ocr tesseract-ocr-chi-sim")
		}
		t.Skip("left out: tesseract with chi_sim is not installed")
	}
	if err != nil {
		t.Fatal(err)
	}
	blank := image.NewRGBA(image.Rect(0, 0, 300, 200))
	if found, err := engine.Recognise(t.Context(), blank); err != nil || found != nil {
		t.Errorf("on an empty page: %+v, %v", found, err)
	}
	gone := Tesseract{path: "/nonexistent/tesseract"}
	if _, err := gone.Recognise(t.Context(), blank); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("without its program: %v", err)
	}
}
