package ingest

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"zhiwen/retrieval"
)

// originals is an Originals of the files of testdata.
type originals struct{ t *testing.T }

func (o originals) Original(_ context.Context, id string) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join("testdata/office", id))
	if err != nil {
		return nil, retrieval.ErrNotFound
	}
	return b, nil
}

// pictures is an engine for one test.
func pictures(t *testing.T) *Pictures {
	t.Helper()
	p := NewPictures(originals{t}, filepath.Join(os.TempDir(), "zhiwen-test-pdfium"))
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// stored reads a file of testdata as it would be stored.
func stored(t *testing.T, name string) retrieval.Document {
	t.Helper()
	b, err := originals{t}.Original(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	page, err := read(t, Source{Name: name, Bytes: b})
	if err != nil {
		t.Fatal(err)
	}
	doc := document(page)
	doc.Pages = page.Pages
	return doc
}

// TestBoxes holds the box around a passage against where poppler, another
// reader of PDF, says that its characters stand.
func TestBoxes(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("pdftotext is not installed: apt-get install poppler-utils")
		}
		t.Skip("left out: pdftotext is not installed")
	}
	p := pictures(t)
	for _, test := range []struct {
		file, passage string
		nth           int // occurrence in the text, from 0
		pages         int // that it stands on
	}{
		{"pages.pdf", "第二条", 0, 1},
		{"pages.pdf", "不得以任何理由推诿拖延。", 0, 1},
		{"pages.pdf", "不得以任何理由推诿拖延。", 5, 1},
		{"pages.pdf", "不得以任何理由推诿拖延。", 14, 1},
		{"pages.pdf", "村级服务站应当依照公布的清单把办理结果记入登记簿并妥善保存；情况复杂的，报本单位负责人决定。", 0, 1},
		{"pages.pdf", "over the page", 0, 2},
		{"columns.pdf", "西河镇在第二次集中走访中收集意见若干条，主要涉及道路照明、饮水管网和公交班次三个方面", 0, 1},
		{"columns.pdf", "over the column", 0, 1},
		{"tables.pdf", "以上联系方式如有变动，以窗口公示为准。", 0, 1},
	} {
		t.Run(fmt.Sprintf("%.20s %d", test.passage, test.nth), func(t *testing.T) {
			doc := stored(t, test.file)
			start, end := occurrence(t, doc.Text, test.passage, test.nth)
			switch test.passage {
			case "over the page":
				start, end = runeStart(doc.Text, doc.Pages[1]-60), runeStart(doc.Text, doc.Pages[1]+60)
			case "over the column":
				start, _ = occurrence(t, doc.Text, "中和镇在第五次集中走访", 0)
				end = start + strings.IndexByte(doc.Text[start:], '\n')
			}
			words := popplerLetters(t, tool, test.file)
			found := 0
			for n := doc.PageAt(start); n <= doc.PageAt(end-1); n++ {
				drawn, err := p.Page(t.Context(), test.file, n)
				if err != nil {
					t.Fatal(err)
				}
				from, to := max(start, doc.Pages[n-1]), end
				if n < len(doc.Pages) {
					to = min(to, doc.Pages[n])
				}
				before := strings.Count(squeezed(doc.Text[doc.Pages[n-1]:from]), squeezed(doc.Text[from:to]))
				want := expectBoxes(t, words[n-1], doc.Text[from:to], before)
				got := drawn.Boxes(doc, start, end)
				compareBoxes(t, got, want, drawn)
				found++
			}
			if found != test.pages {
				t.Errorf("the passage stands on %d pages, want %d", found, test.pages)
			}
		})
	}
}

func occurrence(t *testing.T, text, passage string, nth int) (start, end int) {
	t.Helper()
	if strings.HasPrefix(passage, "over") {
		return 0, 0
	}
	for at := 0; ; at += len(passage) {
		i := strings.Index(text[at:], passage)
		if i < 0 {
			t.Fatalf("%q is not in the text %d times", passage, nth+1)
		}
		if at += i; nth == 0 {
			return at, at + len(passage)
		}
		nth--
	}
}

// letter is a character and its box in points.
type letter struct {
	text                     string
	left, top, right, bottom float64
}

// popplerLetters gives the characters of each page. Poppler boxes words; in a
// word of full-width characters each has an equal share.
func popplerLetters(t *testing.T, tool, file string) [][]letter {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), tool, "-raw", "-bbox", filepath.Join("testdata/office", file), "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	var html struct {
		Pages []struct {
			Words []struct {
				Left   float64 `xml:"xMin,attr"`
				Top    float64 `xml:"yMin,attr"`
				Right  float64 `xml:"xMax,attr"`
				Bottom float64 `xml:"yMax,attr"`
				Text   string  `xml:",chardata"`
			} `xml:"word"`
		} `xml:"body>doc>page"`
	}
	if err := xml.Unmarshal(out, &html); err != nil {
		t.Fatal(err)
	}
	pages := make([][]letter, len(html.Pages))
	for i, page := range html.Pages {
		for _, w := range page.Words {
			runes := []rune(w.Text)
			width := (w.Right - w.Left) / float64(len(runes))
			for k, r := range runes {
				pages[i] = append(pages[i], letter{string(r), w.Left + float64(k)*width, w.Top, w.Left + float64(k+1)*width, w.Bottom})
			}
		}
	}
	return pages
}

func squeezed(s string) string { return strings.Join(strings.FieldsFunc(s, isSpace), "") }

// expectBoxes joins poppler's characters of a passage, one box a line; before
// is how often the same words stand above it on the page.
func expectBoxes(t *testing.T, letters []letter, passage string, before int) []letter {
	t.Helper()
	var all strings.Builder
	var at []int // letter of each byte
	for i, l := range letters {
		all.WriteString(l.text)
		for range len(l.text) {
			at = append(at, i)
		}
	}
	start, end := occurrence(t, all.String(), squeezed(passage), before)
	var boxes []letter
	for i := at[start]; i <= at[end-1]; i++ {
		l := letters[i]
		if n := len(boxes); n > 0 && math.Abs(boxes[n-1].top-l.top) < 2 && l.left >= boxes[n-1].left {
			boxes[n-1].right = max(boxes[n-1].right, l.right)
			continue
		}
		boxes = append(boxes, l)
	}
	return boxes
}

func compareBoxes(t *testing.T, got []Box, want []letter, on *Picture) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d boxes %v, want %d: %v", len(got), got, len(want), want)
	}
	for i, b := range got {
		w := want[i]
		left, right := b.Left*on.page.Width, b.Right*on.page.Width
		top, bottom := b.Top*on.page.Height, b.Bottom*on.page.Height
		if math.Abs(left-w.left) > 1 || math.Abs(right-w.right) > 1 {
			t.Errorf("box %d from %.1f to %.1f, want %.1f to %.1f", i, left, right, w.left, w.right)
		}
		if shared := min(bottom, w.bottom) - max(top, w.top); shared < 0.8*min(bottom-top, w.bottom-w.top) || bottom-top > 1.6*(w.bottom-w.top) {
			t.Errorf("box %d from height %.1f to %.1f, want %.1f to %.1f", i, top, bottom, w.top, w.bottom)
		}
	}
}

func TestPicturesPage(t *testing.T) {
	p := pictures(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			drawn, err := p.Page(t.Context(), "pages.pdf", 2)
			if err != nil {
				t.Error(err)
				return
			}
			img, err := png.Decode(bytes.NewReader(drawn.Image))
			if err != nil || img.Bounds().Dx() != drawn.Width || img.Bounds().Dy() != drawn.Height || drawn.Type != "image/png" || len(drawn.Image) > 300<<10 {
				t.Errorf("picture of %d by %d, %s of %d bytes: %v", drawn.Width, drawn.Height, drawn.Type, len(drawn.Image), err)
			}
		})
	}
	wg.Wait()
	for _, test := range []struct {
		doc  string
		page int
	}{{"pages.pdf", 0}, {"pages.pdf", 99}, {"none.pdf", 1}} {
		if _, err := p.Page(t.Context(), test.doc, test.page); !errors.Is(err, retrieval.ErrNotFound) {
			t.Errorf("page %d of %s: %v", test.page, test.doc, err)
		}
	}
	for range maxWaiting {
		p.waiting <- struct{}{}
	}
	if _, err := p.Page(t.Context(), "pages.pdf", 1); !errors.Is(err, ErrBusy) {
		t.Errorf("with %d waiting: %v", maxWaiting, err)
	}
	if _, err := p.Page(t.Context(), "pages.pdf", 2); err != nil {
		t.Errorf("a picture that is kept: %v", err)
	}
}

// FuzzAligned: what agrees is the same letter, and in the same order.
func FuzzAligned(f *testing.F) {
	f.Add("甲乙丙丁戊己", "戊甲乙丙丁己庚")
	f.Add("", "甲")
	f.Add(strings.Repeat("甲", 50), strings.Repeat("甲", 40)+"乙")
	f.Fuzz(func(t *testing.T, a, b string) {
		as, bs := []rune(a), []rune(b)
		last := -1
		for i, j := range aligned(as, bs) {
			if j < 0 {
				continue
			}
			if j <= last || as[i] != bs[j] {
				t.Fatalf("letter %d is found at %d after %d", i, j, last)
			}
			last = j
		}
	})
}
