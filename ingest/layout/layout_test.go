package layout

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"zhiwen/ingest/content"
)

// set places a line on a page of 595 by 842 with margins of 72, in
// characters of 15; a Latin one is half as wide.
func set(p *Page, x, y float64, text string) {
	for _, r := range text {
		width := 15.0
		if r < 0x2E80 {
			width = 7.5
		}
		if r != '|' { // a gap of three characters
			p.Glyphs = append(p.Glyphs, Glyph{r, x, y, x + width, y + 15})
		} else {
			width = 45
		}
		x += width
	}
}

// page sets lines from the top; leading spaces are indents of one character.
func page(number int, lines ...string) Page {
	p := Page{Number: number, Width: 595, Height: 842}
	for i, l := range lines {
		indent := len(l) - len(strings.TrimLeft(l, " "))
		set(&p, 72+15*float64(indent), 72+24*float64(i), l[indent:])
	}
	return p
}

// full fills a line, which takes 30 characters, or what an indent leaves.
func full(s string, length int) string {
	return s + strings.Repeat("文", length-utf8.RuneCountInString(s))
}

func TestBlocks(t *testing.T) {
	long, other := full("", 30), full("他", 30)
	for name, test := range map[string]struct {
		pages []Page
		want  []string
	}{
		"a broken line":          {[]Page{page(1, full("甲", 30), long, "完。", "乙")}, []string{full("甲", 30) + long + "完。", "乙"}},
		"a short line ends":      {[]Page{page(1, long, "一、题", "甲")}, []string{long + "一、题", "甲"}},
		"indents begin":          {[]Page{page(1, "  "+full("甲", 28), full("乙", 29)+"。", "丙。", "  "+full("丁", 28), "戊。")}, []string{full("甲", 28) + full("乙", 29) + "。丙。", full("丁", 28) + "戊。"}},
		"over the page":          {[]Page{page(1, long, long, long), page(2, "完。", other, other)}, []string{long + long + long + "完。", other + other}},
		"columns of a table":     {[]Page{page(1, "单位|电话", "民政局|000-0001")}, []string{"单位 电话", "民政局 000-0001"}},
		"words":                  {[]Page{page(1, "GB/T 33190")}, []string{"GB/T 33190"}},
		"nothing":                {[]Page{page(1)}, nil},
		"a number within a page": {[]Page{page(1, append(slices.Repeat([]string{"甲。"}, 15), "7", "乙。", "丙。")...)}, append(slices.Repeat([]string{"甲。"}, 15), "7", "乙。", "丙。")},
		"an open bracket":        {[]Page{page(1, long, "          （2020年7月6日会议", "           通过2021年施行）")}, []string{long, "（2020年7月6日会议通过2021年施行）"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, b := range Blocks(test.pages) {
				got = append(got, b.Text)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("paragraphs %q, want %q", got, test.want)
			}
		})
	}
}

// TestRunning: what repeats at the top and the foot goes, with the numbers.
func TestRunning(t *testing.T) {
	var pages []Page
	for n := 1; n <= 5; n++ {
		p := page(n, "示例县人民政府公报")
		if n > 3 {
			p = page(n, fmt.Sprintf("第%d篇", n))
		}
		set(&p, 72, 400, fmt.Sprintf("第%d页的正文。", n))
		set(&p, 280, 780, fmt.Sprintf("— %d —", n))
		pages = append(pages, p)
	}
	var got []string
	for _, b := range Blocks(pages) {
		got = append(got, fmt.Sprint(b.Page, b.Text))
	}
	want := []string{"1第1页的正文。", "2第2页的正文。", "3第3页的正文。", "4第4篇", "4第4页的正文。", "5第5篇", "5第5页的正文。"}
	if !slices.Equal(got, want) {
		t.Errorf("paragraphs %q, want %q", got, want)
	}
}

func TestPageNumber(t *testing.T) {
	for text, want := range map[string]bool{
		"3": true, "— 3 —": true, "－3－": true, "第3页": true, "第3页 共10页": true, "第 3 页/共 10 页": true, "3/10": true,
		"2023年": false, "3.5亿": false, "附件3": false, "": false, "12345": false,
	} {
		if got := pageNumber.MatchString(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// FuzzBlocks: every character that is no space comes out at most once, on a
// page that exists.
func FuzzBlocks(f *testing.F) {
	f.Add("第一条甲乙", []byte{1, 2, 3, 4, 5, 6})
	f.Fuzz(func(t *testing.T, text string, places []byte) {
		p := Page{Number: 1, Width: 255, Height: 255}
		for i, r := range []rune(text) {
			if 2*i+1 >= len(places) {
				break
			}
			x, y := float64(places[2*i]), float64(places[2*i+1])
			p.Glyphs = append(p.Glyphs, Glyph{r, x, y, x + float64(i%20), y + float64(i%7)})
		}
		count := map[rune]int{}
		for _, g := range p.Glyphs {
			count[g.Rune]++
		}
		for _, b := range Blocks([]Page{p}) {
			checkBlock(t, b, count)
		}
	})
}

func checkBlock(t *testing.T, b content.Block, count map[rune]int) {
	t.Helper()
	if b.Page != 1 {
		t.Fatalf("block on page %d", b.Page)
	}
	for _, r := range b.Text {
		if count[r]--; count[r] < 0 && r != ' ' {
			t.Fatalf("%q comes out more often than it was put in", r)
		}
	}
}
