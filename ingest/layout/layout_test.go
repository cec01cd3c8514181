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

// TestColumns: two columns are read one after the other, with what goes over
// both above and below; cells of a table, and short lines, make no columns.
func TestColumns(t *testing.T) {
	two := func(rows int, left, right string) Page {
		p := page(1, "         一个标题在两栏之上", full("本", 30))
		for i := range rows {
			set(&p, 72, 140+24*float64(i), fmt.Sprintf("左%d", i)+left)
			set(&p, 72+15*16, 140+10+24*float64(i), fmt.Sprintf("右%d", i)+right) // not on one line
		}
		set(&p, 72, 140+24*float64(rows)+40, full("尾", 30))
		return p
	}
	long := strings.Repeat("文", 12)
	got := Blocks([]Page{two(6, long, long)})
	var order strings.Builder
	for _, b := range got {
		for _, r := range b.Text {
			if strings.ContainsRune("左右本尾", r) {
				order.WriteRune(r)
			}
		}
	}
	if want := "本" + strings.Repeat("左", 6) + strings.Repeat("右", 6) + "尾"; order.String() != want {
		t.Errorf("order %s, want %s", order.String(), want)
	}
	if _, _, _, found := gutterOf(rowsOf(two(3, long, long).Glyphs)); found {
		t.Error("three lines are taken for columns")
	}
	if _, _, _, found := gutterOf(rowsOf(two(8, "", "").Glyphs)); found {
		t.Error("short cells are taken for columns")
	}
}

// TestDrawnTables: lines that are drawn make cells, merged where one is
// missing; what they do not part is no table.
func TestDrawnTables(t *testing.T) {
	lines := func(xs, ys []float64) (rules []Rule) {
		for _, x := range xs {
			rules = append(rules, Rule{x, ys[0], x, ys[len(ys)-1]})
		}
		for _, y := range ys {
			rules = append(rules, Rule{xs[0], y, xs[len(xs)-1], y})
		}
		return rules
	}
	p := page(1)
	for r, row := range [][]string{{"单位", "电话"}, {"民政局", "01"}, {"公安局", "02"}} {
		for c, text := range row {
			set(&p, 80+200*float64(c), 104+40*float64(r), text)
		}
	}
	xs, ys := []float64{72, 272, 472}, []float64{100, 140, 180, 220}
	for name, test := range map[string]struct {
		rules []Rule
		want  [][]content.Cell // nil: no table
	}{
		"whole":         {lines(xs, ys), [][]content.Cell{{{Text: "单位", Across: 1, Down: 1}, {Text: "电话", Across: 1, Down: 1}}, {{Text: "民政局", Across: 1, Down: 1}, {Text: "01", Across: 1, Down: 1}}, {{Text: "公安局", Across: 1, Down: 1}, {Text: "02", Across: 1, Down: 1}}}},
		"open at sides": {append(lines(xs, ys)[1:2:2], lines(xs, ys)[3:]...), [][]content.Cell{{{Text: "单位", Across: 1, Down: 1}, {Text: "电话", Across: 1, Down: 1}}, {{Text: "民政局", Across: 1, Down: 1}, {Text: "01", Across: 1, Down: 1}}, {{Text: "公安局", Across: 1, Down: 1}, {Text: "02", Across: 1, Down: 1}}}},
		"merged down":   {append(lines(xs, []float64{100, 140, 220}), Rule{72, 180, 272, 180}), [][]content.Cell{{{Text: "单位", Across: 1, Down: 1}, {Text: "电话", Across: 1, Down: 1}}, {{Text: "民政局", Across: 1, Down: 1}, {Text: "01\n02", Across: 1, Down: 2}}, {{Text: "公安局", Across: 1, Down: 1}}}},
		"a frame":       {lines([]float64{72, 472}, []float64{100, 220}), nil},
		"underlined":    {[]Rule{{72, 140, 472, 140}, {72, 180, 472, 180}}, nil},
		"drawn twice":   {append(lines(xs, ys), lines([]float64{73, 273, 473}, []float64{101, 141, 181, 221})...), [][]content.Cell{{{Text: "单位", Across: 1, Down: 1}, {Text: "电话", Across: 1, Down: 1}}, {{Text: "民政局", Across: 1, Down: 1}, {Text: "01", Across: 1, Down: 1}}, {{Text: "公安局", Across: 1, Down: 1}, {Text: "02", Across: 1, Down: 1}}}},
	} {
		t.Run(name, func(t *testing.T) {
			p.Rules = test.rules
			blocks := Blocks([]Page{p})
			if test.want == nil {
				for _, b := range blocks {
					if b.Rows != nil {
						t.Errorf("a table: %v", b.Rows)
					}
				}
				return
			}
			if len(blocks) != 1 || !slices.EqualFunc(blocks[0].Rows, test.want, slices.Equal) {
				t.Errorf("blocks %+v, want %v", blocks, test.want)
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
// page that exists, whatever lines are drawn among them; and Reading gives
// those that Blocks reads.
func FuzzBlocks(f *testing.F) {
	f.Add("第一条甲乙", []byte{1, 2, 3, 4, 5, 6}, []byte{})
	f.Add(strings.Repeat("单位电话", 9), []byte(strings.Repeat("\x0a\x0a\x50\x0a\x0a\x28\x50\x28", 5)), []byte{
		5, 5, 120, 5, 5, 30, 120, 30, 5, 60, 120, 60, 5, 5, 5, 60, 60, 5, 60, 60, 120, 5, 120, 60,
	})
	f.Fuzz(func(t *testing.T, text string, places, lines []byte) {
		pages := []Page{{Number: 1, Width: 255, Height: 255}, {Number: 2, Width: 255, Height: 255}}
		count := map[rune]int{}
		for i, r := range []rune(text) {
			if 2*i+1 >= len(places) {
				break
			}
			x, y := float64(places[2*i]), float64(places[2*i+1])
			p := &pages[i%7/6]
			p.Glyphs = append(p.Glyphs, Glyph{r, x, y, x + float64(i%20), y + float64(i%7)})
			count[r]++
		}
		for ; len(lines) >= 4; lines = lines[4:] {
			rule := Rule{float64(lines[0]), float64(lines[1]), float64(lines[2]), float64(lines[3])}
			pages[0].Rules = append(pages[0].Rules, rule)
			pages[1].Rules = append(pages[1].Rules, rule)
		}
		for _, p := range pages {
			if usable := len(usable(p.Glyphs)); len(Reading(p)) > usable {
				t.Fatalf("%d characters of %d are read", len(Reading(p)), usable)
			}
		}
		for _, b := range Blocks(pages) {
			checkBlock(t, b, count)
		}
	})
}

func checkBlock(t *testing.T, b content.Block, count map[rune]int) {
	t.Helper()
	if b.Page != 1 && b.Page != 2 {
		t.Fatalf("block on page %d", b.Page)
	}
	length := len(b.Text)
	text := b.Text
	for _, row := range b.Rows {
		length = len(b.Rows)
		for _, c := range row {
			text += c.Text
			if c.Across < 1 || c.Down < 1 {
				t.Fatalf("cell %+v covers nothing", c)
			}
		}
	}
	for _, turn := range b.Turns {
		if turn < 0 || turn > length || b.Page != 1 {
			t.Fatalf("page turns at %d of %d", turn, length)
		}
	}
	for _, r := range text {
		if r == ' ' || r == '\n' {
			continue // between lines
		}
		if count[r]--; count[r] < 0 {
			t.Fatalf("%q comes out more often than it was put in", r)
		}
	}
}
