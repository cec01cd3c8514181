package web

import (
	"bytes"
	"regexp"
	"strings"

	"golang.org/x/net/html"

	"zhiwen/bot/traditional"
)

// wordsFile holds all words that scripts show; no other script has any.
const wordsFile = "words.js"

// shownAttribute is an attribute that visitors see or hear.
var shownAttribute = regexp.MustCompile(`\b(?:alt|title|aria-label|placeholder)="[^"]*"`)

var buttonValue = regexp.MustCompile(`\bvalue="[^"]*"`)

// pageInTraditional puts a page into Traditional characters: its words and
// those attributes that are seen or heard. Elements with translate="no" stay:
// what is cited, what is in Traditional characters already; and what a visitor
// has typed into a field. So does everything else in a tag, and links with it.
func pageInTraditional(page []byte) []byte {
	var out bytes.Buffer
	tokens := html.NewTokenizer(bytes.NewReader(page))
	var open []string // elements below the outermost that stays, it included
	for {
		kind := tokens.Next()
		raw := string(tokens.Raw())
		switch kind {
		case html.ErrorToken: // the end: the page lies in memory
			return out.Bytes()
		case html.TextToken:
			if len(open) == 0 {
				raw = traditional.Convert(raw).Traditional
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			tag, _ := tokens.TagName()
			name := string(tag)
			stays := strings.Contains(raw, `translate="no"`)
			if len(open) == 0 && !stays {
				raw = shownAttribute.ReplaceAllStringFunc(raw, func(a string) string { return traditional.Convert(a).Traditional })
				if name == "button" { // what it asks is what it says
					raw = buttonValue.ReplaceAllStringFunc(raw, func(a string) string { return traditional.Convert(a).Traditional })
				}
			}
			if (len(open) > 0 || stays || name == "textarea") && kind == html.StartTagToken && !isVoid[name] {
				open = append(open, name)
			}
		case html.EndTagToken:
			name, _ := tokens.TagName()
			for i := len(open) - 1; i >= 0; i-- {
				if open[i] == string(name) {
					open = open[:i]
					break
				}
			}
		}
		out.WriteString(raw)
	}
}

var isVoid = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true,
	"link": true, "meta": true, "source": true, "track": true, "wbr": true,
}
