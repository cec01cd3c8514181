package ocr

import (
	"errors"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
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
	engine, err := Find(t.Context(), "")
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

// TestKept: a picture that was recognised is not given to the program again,
// for a week.
func TestKept(t *testing.T) {
	cache := filepath.Join(t.TempDir(), "ocr")
	picture := image.NewGray(image.Rect(0, 0, 30, 20))
	const table = "4\t1\t1\t1\t1\t0\t1\t5\t3\t4\t-1\t\n5\t1\t1\t1\t1\t1\t1\t5\t8\t3\t91.5\t绩溪\n"
	gone := Tesseract{Cache: cache, path: "/nonexistent/tesseract", Version: "tesseract 5"}
	if _, err := gone.Recognise(t.Context(), picture); err == nil {
		t.Fatal("recognised by nothing")
	}
	kept := gone.keptAs(greyMap(picture))
	kept.write(table)
	if found, err := gone.Recognise(t.Context(), picture); err != nil || len(found) != 2 || found[1].Rune != '溪' {
		t.Errorf("kept: %+v, %v", found, err)
	}
	other := gone
	other.Version = "tesseract 6"
	if _, err := other.Recognise(t.Context(), picture); err == nil {
		t.Error("another version's table is taken")
	}
	picture.Pix[7] = 1
	if _, err := gone.Recognise(t.Context(), picture); err == nil {
		t.Error("another picture's table is taken")
	}
	old := time.Now().Add(-keptFor - time.Hour)
	if err := os.Chtimes(string(kept), old, old); err != nil {
		t.Fatal(err)
	}
	if _, ok := kept.read(); ok {
		t.Error("what is too old is read")
	}
	forget(cache)
	if left, err := os.ReadDir(cache); err != nil || len(left) != 0 {
		t.Errorf("left in the folder: %v, %v", left, err)
	}
	if err := os.WriteFile(string(kept), []byte("cut off"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok := kept.read(); ok {
		t.Error("a damaged file is read")
	}
}
