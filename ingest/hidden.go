package ingest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// hider takes out of a page what its readers do not see: text that a style
// makes invisible is a template's spare part, or somebody's message to a
// machine.
type hider struct {
	always cascadia.SelectorGroup
	sheet  sheet
	hidden []line
}

// removeHidden returns the text that went, without furniture.
func (r htmlReader) removeHidden(root *html.Node) []line {
	h := hider{always: r.hidden, sheet: sheetOf(root)}
	removeAll(root, func(n *html.Node) bool { return n.Type == html.CommentNode || r.drop.Match(n) })
	h.children(root, look{background: white})
	rules := furniture()
	return slices.DeleteFunc(h.hidden, func(l line) bool {
		return isFieldLine(l.text) || matchesLine(rules.head, l.text) || matchesLine(rules.tail, l.text)
	})
}

// hiddenWarning tells what was left out; a word or two is no text.
func hiddenWarning(hidden []line) []string {
	const least, shown = 10, 20 // characters
	text := joinLines(hidden, " ")
	runes := []rune(text)
	if len(runes) < least {
		return nil
	}
	return []string{fmt.Sprintf("hidden text was left out: %d characters, beginning %q", len(runes), string(runes[:min(shown, len(runes))]))}
}

// withoutInvisible takes out characters that have no width: editors leave some,
// and a message to a machine can be spelt in them. Many are told.
func withoutInvisible(lines []line) ([]line, []string) {
	const many = 20
	dropped, tags := 0, 0
	kept := make([]line, len(lines))
	for i, l := range lines {
		l.text = strings.Map(func(r rune) rune {
			switch {
			case r >= 0xE0000 && r <= 0xE007F: // ASCII once more, invisible
				tags++
				return -1
			case isInvisible(r):
				dropped++
				return -1
			}
			return r
		}, l.text)
		kept[i] = l
	}
	if tags == 0 && dropped < many {
		return kept, nil
	}
	return kept, []string{fmt.Sprintf("%d invisible characters were left out", dropped+tags)}
}

// isInvisible holds for characters of no width that say nothing in Chinese:
// soft hyphen, zero-width spaces and joiners, marks of direction.
func isInvisible(r rune) bool {
	return r == 0xAD || r == 0xFEFF || r == 0x180E || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E ||
		r >= 0x2060 && r <= 0x2064 || r >= 0x2066 && r <= 0x2069
}

// look is what text inherits of the elements around it.
type look struct {
	color, background colour
	tiny              bool
}

func (l look) invisible() bool { return l.tiny || l.color.like(l.background) }

func (h *hider) children(parent *html.Node, l look) {
	for n := parent.FirstChild; n != nil; {
		next := n.NextSibling
		if h.unseen(n, l) {
			h.hidden = append(h.hidden, blockLines(n)...)
			parent.RemoveChild(n)
		}
		n = next
	}
}

// unseen reports whether a node is invisible as a whole, and else looks below it.
func (h *hider) unseen(n *html.Node, around look) bool {
	switch n.Type {
	case html.TextNode:
		return around.invisible() && !isBlank(n.Data)
	case html.ElementNode:
		s := h.sheet.styleOf(n)
		if h.always.Match(n) || s.hides() {
			return true
		}
		h.children(n, around.within(s))
	}
	return false
}

// within is the look of the text of an element with a style.
func (l look) within(s style) look {
	if size, ok := s["font-size"]; ok {
		n, unit := quantity(size)
		l.tiny = isZero(size) || n < 2 && (unit == "px" || unit == "pt")
	}
	if c, ok := parseColour(s["color"]); ok {
		l.color = c
	}
	background := cmp.Or(s["background-color"], s["background"])
	if strings.Contains(background, "(") && !strings.HasPrefix(background, "rgb") {
		l.background = colour{unknown: true} // a picture
	}
	for word := range strings.FieldsSeq(strings.ReplaceAll(background, ", ", ",")) {
		if c, ok := parseColour(word); ok && !c.clear {
			l.background = c
		}
	}
	return l
}

// style holds the declarations that can hide text, by property.
type style map[string]string

// hides reports whether nothing of an element is seen.
func (s style) hides() bool {
	switch {
	case s["display"] == "none", s["visibility"] == "hidden", s["visibility"] == "collapse":
		return true
	case s["opacity"] == "0", strings.HasPrefix(strings.ReplaceAll(s["clip"], " ", ""), "rect(0"):
		return true
	case s["overflow"] == "hidden" && (isZero(s["height"]) || isZero(s["max-height"]) || isZero(s["width"])):
		return true
	case isFarOff(s["text-indent"]):
		return true
	}
	placed := s["position"] == "absolute" || s["position"] == "fixed"
	return placed && (isFarOff(s["left"]) || isFarOff(s["top"]) || isFarOff(s["margin-left"]))
}

func isZero(value string) bool {
	n, _ := quantity(value)
	return n == 0 && strings.HasPrefix(value, "0")
}

// isFarOff holds for a place beyond every screen's edge.
func isFarOff(value string) bool {
	n, unit := quantity(value)
	return n <= -500 || n <= -50 && unit == "em"
}

// hiding are the properties that can hide text.
var hiding = []string{
	"display", "visibility", "opacity", "clip", "overflow", "height", "max-height", "width", "text-indent", "position",
	"left", "top", "margin-left", "font-size", "color", "background", "background-color",
}

// declarations reads "name: value; …", later ones before earlier ones.
func (s style) declarations(text string) {
	for declaration := range strings.SplitSeq(text, ";") {
		name, value, ok := strings.Cut(strings.ToLower(declaration), ":")
		name = strings.TrimSpace(name)
		if ok && slices.Contains(hiding, name) {
			value, _, _ = strings.Cut(value, "!")
			s[name] = strings.TrimSpace(value)
		}
	}
}

// sheet is what the <style> elements of a page say, the strongest rule last.
type sheet []styleRule

type styleRule struct {
	selector cascadia.Sel
	style    style
}

// maxMatches bounds the work of matching rules with elements.
const maxMatches = 20_000_000

// sheetOf reads the simple rules of a page's own styles: none for other media,
// states or generated content. It is empty where they hide nothing.
func sheetOf(root *html.Node) sheet {
	var rules sheet
	nodes := 0
	for n := range root.Descendants() {
		nodes++
		if n.DataAtom == atom.Style && n.FirstChild != nil && slices.Contains([]string{"", "all", "screen"}, attr(n, "media")) {
			rules = append(rules, parseSheet(n.FirstChild.Data)...)
		}
	}
	if len(rules)*nodes > maxMatches || !slices.ContainsFunc(rules, styleRule.mayHide) {
		return nil
	}
	slices.SortStableFunc(rules, func(a, b styleRule) int {
		switch {
		case a.selector.Specificity().Less(b.selector.Specificity()):
			return -1
		case b.selector.Specificity().Less(a.selector.Specificity()):
			return 1
		}
		return 0
	})
	return rules
}

// mayHide reports whether a rule can make text invisible, alone or with another.
func (r styleRule) mayHide() bool {
	_, colored := r.style["color"]
	return colored || r.style.hides() || look{}.within(r.style).tiny
}

// parseSheet reads rules; what it does not understand it passes over.
func parseSheet(css string) []styleRule {
	var rules []styleRule
	css = strings.NewReplacer("<!--", "", "-->", "").Replace(withoutComments(css))
	for {
		head, rest, ok := strings.Cut(css, "{")
		if !ok {
			return rules
		}
		if at := strings.LastIndexByte(head, ';'); at >= 0 { // behind an @import
			head = head[at+1:]
		}
		body, after := cutBlock(rest)
		css = after
		if strings.Contains(head, "@") {
			continue
		}
		s := style{}
		s.declarations(body)
		group, err := cascadia.ParseGroup(strings.TrimSpace(head))
		if err != nil || len(s) == 0 {
			continue
		}
		for _, selector := range group {
			if selector.PseudoElement() == "" {
				rules = append(rules, styleRule{selector, s})
			}
		}
	}
}

// cutBlock splits behind the brace that closes a block.
func cutBlock(css string) (body, after string) {
	depth := 1
	for i, r := range css {
		switch r {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return css[:i], css[i+1:]
			}
		}
	}
	return css, ""
}

func withoutComments(css string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(css, "/*")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		_, css, _ = strings.Cut(rest, "*/")
	}
}

// styleOf is the style of an element: old attributes, the sheet's rules, its own.
func (rules sheet) styleOf(n *html.Node) style {
	s := style{}
	if c := attr(n, "bgcolor"); c != "" {
		s["background-color"] = strings.ToLower(c)
	}
	if c := attr(n, "color"); c != "" && n.DataAtom == atom.Font {
		s["color"] = strings.ToLower(c)
	}
	for _, r := range rules {
		if r.selector.Match(n) {
			for name, value := range r.style {
				s[name] = value
			}
		}
	}
	s.declarations(attr(n, "style"))
	return s
}

// quantity splits "-9999px" into its number and its unit.
func quantity(value string) (n float64, unit string) {
	end := len(value) - len(strings.TrimLeft(value, "+-.0123456789"))
	n, err := strconv.ParseFloat(value[:end], 64)
	if err != nil {
		return 0, ""
	}
	return n, value[end:]
}

// colour is black unless something else is said.
type colour struct {
	red, green, blue uint8
	clear, unknown   bool
}

var white = colour{red: 255, green: 255, blue: 255}

// like holds for colours that the eye cannot tell apart.
func (c colour) like(background colour) bool {
	near := func(a, b uint8) bool { return max(a, b)-min(a, b) <= 10 }
	switch {
	case c.clear:
		return true
	case background.unknown:
		return false
	}
	return near(c.red, background.red) && near(c.green, background.green) && near(c.blue, background.blue)
}

// colourNames are those that text is hidden with and that stand behind it.
var colourNames = map[string]colour{
	"white": white, "black": {}, "transparent": {clear: true}, "snow": {red: 255, green: 250, blue: 250},
	"ivory": {red: 255, green: 255, blue: 240}, "whitesmoke": {red: 245, green: 245, blue: 245},
	"red": {red: 255}, "blue": {blue: 255}, "green": {green: 128}, "yellow": {red: 255, green: 255},
	"gray": {red: 128, green: 128, blue: 128}, "navy": {blue: 128}, "maroon": {red: 128},
}

func parseColour(s string) (colour, bool) {
	if c, ok := colourNames[s]; ok {
		return c, true
	}
	var c colour
	if digits, ok := strings.CutPrefix(s, "#"); ok {
		if len(digits) == 3 {
			digits = strings.Join([]string{digits[:1], digits[:1], digits[1:2], digits[1:2], digits[2:], digits[2:]}, "")
		}
		if !utf8.ValidString(digits) || len(digits) < 6 {
			return colour{}, false
		}
		_, err := fmt.Sscanf(digits[:6], "%02x%02x%02x", &c.red, &c.green, &c.blue)
		return c, err == nil
	}
	inner, ok := strings.CutPrefix(strings.ReplaceAll(s, " ", ""), "rgb")
	if !ok {
		return colour{}, false
	}
	parts := strings.Split(strings.Trim(inner, "a()"), ",")
	if len(parts) < 3 {
		return colour{}, false
	}
	_, err := fmt.Sscan(strings.Join(parts[:3], " "), &c.red, &c.green, &c.blue)
	c.clear = len(parts) == 4 && strings.Trim(parts[3], "0.") == ""
	return c, err == nil
}
