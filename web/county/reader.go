package county

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"zhiwen/retrieval"
)

// cookieName holds how a visitor has set the site up. It is made of the names
// and values of reader.encode, and the site's script writes it, too.
const cookieName = "site"

var sizes = []string{"small", "medium", "large"}

// reader is how a visitor wants the site to be shown.
type reader struct {
	Hant     bool   // 繁体版
	Elder    bool   // 长辈版
	Size     string // 字体大小: small, medium, large
	Contrast bool   // 高对比
	Cursor   bool   // 特大鼠标
	Keyboard bool   // 全程键盘
	Bar      bool   // the 无障碍 bar is open
}

func readerOf(r *http.Request) reader {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return reader{Size: "medium"}
	}
	// Written with dots, which need no quotes in a cookie.
	values, err := url.ParseQuery(strings.ReplaceAll(cookie.Value, ".", "&"))
	if err != nil {
		values = nil
	}
	return reader{Size: "medium"}.with(values)
}

// with changes what the values name; what they do not know they leave.
func (r reader) with(values url.Values) reader {
	for name, field := range r.switches() {
		if values.Has(name) {
			*field = values.Get(name) == "1"
		}
	}
	if size := values.Get("size"); slices.Contains(sizes, size) {
		r.Size = size
	}
	return r
}

// switches are the settings that are on or off, by the names that stand in
// addresses and in the cookie.
func (r *reader) switches() map[string]*bool {
	return map[string]*bool{
		"hant": &r.Hant, "elder": &r.Elder, "contrast": &r.Contrast, "cursor": &r.Cursor, "keyboard": &r.Keyboard, "bar": &r.Bar,
	}
}

func (r reader) encode() string {
	pairs := []string{"size=" + r.Size}
	for name, field := range r.switches() {
		if *field {
			pairs = append(pairs, name+"=1")
		}
	}
	slices.Sort(pairs)
	return strings.Join(pairs, ".")
}

// block is a line of an article: a heading or a paragraph.
type block struct {
	Heading, Body string
}

// blocks cuts the text into lines, and the headings off those that begin with
// one. The first line is left out where it repeats the title.
func blocks(doc retrieval.Document) []block {
	headings := map[int]int{} // where a section starts, and where its heading ends
	for _, s := range doc.Sections {
		headings[s.Start] = s.Body
	}
	var all []block
	at := 0
	for line := range strings.Lines(doc.Text) {
		start := at
		at += len(line)
		line = strings.TrimSpace(line)
		if line == "" || len(all) == 0 && strings.Contains(line, doc.Title) {
			continue
		}
		b := block{Body: line}
		if body, ok := headings[start]; ok {
			cut := min(max(body-start, 0), len(line))
			b = block{Heading: line[:cut], Body: strings.TrimSpace(line[cut:])}
		}
		all = append(all, b)
	}
	return all
}
