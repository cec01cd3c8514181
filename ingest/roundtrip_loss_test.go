package ingest

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"zhiwen/retrieval"
)

// takeOutUndrawn takes out of chunks what LibreOffice did not draw when it
// made a PDF of them: punctuation that hangs in the margin. That it is not in
// the file is poppler's word, not ours; anything else that poppler lacks is an
// error.
func takeOutUndrawn(t *testing.T, file string, want []piece) []piece {
	t.Helper()
	poppler, err := exec.CommandContext(t.Context(), "pdftotext", "-raw", "-enc", "UTF-8", file, "-").Output()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("left out: pdftotext is not installed (Debian: poppler-utils)")
	}
	if err != nil {
		t.Fatal(err)
	}
	var whole strings.Builder
	for _, p := range want {
		whole.WriteString(p.text)
	}
	drawn := kept([]rune(whole.String()), []rune(folded(string(poppler))))
	var left []piece
	var lost []rune
	at := 0
	for _, p := range want {
		var text strings.Builder
		for _, r := range p.text {
			switch {
			case drawn[at]:
				text.WriteRune(r)
			case unicode.IsPunct(r):
				lost = append(lost, r)
			default:
				t.Fatalf("%s: poppler does not find %q of %.60s", stem(file), r, p.text)
			}
			at++
		}
		left = append(left, piece{p.paths, text.String()})
	}
	if len(lost) > 0 {
		t.Logf("%s: LibreOffice did not draw %s", stem(file), string(lost))
	}
	return left
}

// writtenLabel is what the numbers of a list look like in Word.
var writtenLabel = regexp.MustCompile(`^(?:第([一二三四五六七八九十]+)章|\(([一二三四五六七八九十]+)\))`)

// putBackLabels gives the items of lists in LibreOffice's HTML the labels
// that they have in Word. Of （五） LibreOffice writes <ol start="5"> and no
// more; that the same number is all that it left is checked for each.
func putBackLabels(t *testing.T, file string, want []piece) []piece {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	page, err := html.Parse(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	var whole strings.Builder
	for _, p := range want {
		whole.WriteString(p.text)
	}
	var lists []*html.Node
	for n := range page.Descendants() {
		if n.DataAtom == atom.Ol {
			lists = append(lists, n)
		}
	}
	for _, list := range lists {
		number, err := strconv.Atoi(attr(list, "start"))
		if err != nil {
			number = 1
		}
		for item := range list.ChildNodes() {
			if item.DataAtom != atom.Li {
				continue
			}
			label := labelBefore(t, whole.String(), folded(textOf(item)), number)
			t.Logf("%s: LibreOffice wrote <ol start=%d> for %s", stem(file), number, label)
			paragraph := item
			for n := range item.Descendants() {
				if n.DataAtom == atom.P {
					paragraph = n
					break
				}
			}
			paragraph.InsertBefore(&html.Node{Type: html.TextNode, Data: label}, paragraph.FirstChild)
			item.Data, item.DataAtom = "div", atom.Div
			number++
		}
		list.Data, list.DataAtom = "div", atom.Div
	}
	var out bytes.Buffer
	if err := html.Render(&out, page); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return want
}

// labelBefore is the label with a number that stands before the text of an
// item in Word's text.
func labelBefore(t *testing.T, whole, item string, number int) string {
	t.Helper()
	for at := 0; item != ""; {
		next := strings.Index(whole[at:], item)
		if next < 0 {
			break
		}
		at += next
		before := []rune(whole[:at])
		for n := min(len(before), 6); n > 0; n-- {
			label := string(before[len(before)-n:])
			if m := writtenLabel.FindStringSubmatch(label); m != nil && m[0] == label && retrieval.ParseNumeral(m[1]+m[2]) == number {
				return label
			}
		}
		at += len(item)
	}
	t.Fatalf("no label with the number %d stands in Word before %.60s", number, item)
	return ""
}

// textOf is the text below a node.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// kept tells of each character of a whether b has it in the same order, after
// Myers: with as few others on both sides as can be. For texts that are nearly
// the same: what it remembers grows with the square of their distance.
func kept(a, b []rune) []bool {
	most := len(a) + len(b)
	reach := make([]int, 2*most+3)
	var history [][]int // the part of reach that step d may read, from -d-1 on
	for d := 0; d <= most; d++ {
		history = append(history, append([]int(nil), reach[most-d:most+d+3]...))
		for k := -d; k <= d; k += 2 {
			x := stepTo(func(k int) int { return reach[most+1+k] }, d, k)
			for x < len(a) && x-k < len(b) && a[x] == b[x-k] {
				x++
			}
			reach[most+1+k] = x
			if x >= len(a) && x-k >= len(b) {
				return walkBack(history, len(a), len(b))
			}
		}
	}
	return nil
}

// stepTo is how far diagonal k is reached with step d, before what is equal
// from there on.
func stepTo(reach func(int) int, d, k int) int {
	switch {
	case d == 0:
		return 0
	case k == -d || k != d && reach(k-1) < reach(k+1):
		return reach(k + 1)
	}
	return reach(k-1) + 1
}

// walkBack follows the steps of Myers from the end and marks what was equal.
func walkBack(history [][]int, lenA, lenB int) []bool {
	equal := make([]bool, lenA)
	x, y := lenA, lenB
	for d := len(history) - 1; d >= 0; d-- {
		reach := func(k int) int { return history[d][k+d+1] }
		k := x - y
		start := stepTo(reach, d, k)
		for x > start {
			x--
			equal[x] = true
		}
		switch {
		case d == 0:
		case k == -d || k != d && reach(k-1) < reach(k+1):
			y = x - (k + 1)
		default:
			x--
			y = x - (k - 1)
		}
	}
	return equal
}

func TestKept(t *testing.T) {
	for _, test := range []struct{ a, b, want string }{
		{"甲,乙、丙", "甲乙丙", "甲乙丙"},
		{"甲乙", "1甲2乙3", "甲乙"},
		{"甲,,乙", "甲,乙", "甲,乙"},
		{"", "甲", ""},
		{"甲", "", ""},
		{"甲乙甲乙", "乙甲", "乙甲"},
	} {
		var got []rune
		a := []rune(test.a)
		for i, is := range kept(a, []rune(test.b)) {
			if is {
				got = append(got, a[i])
			}
		}
		if string(got) != test.want {
			t.Errorf("of %q in %q: %q, want %q", test.a, test.b, string(got), test.want)
		}
	}
}
