package crawl

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

// Kind says what an answer of a site is.
type Kind string

// Kinds of answers.
const (
	Article   Kind = "article"   // a page that is a document
	File      Kind = "file"      // a file that a page attaches
	List      Kind = "list"      // a page that leads to others and is no document
	Challenge Kind = "challenge" // a check whether the visitor is a person
	Login     Kind = "login"
	NotThere  Kind = "not there" // a page that says that there is none, with status 200
)

// Link is a link of a page.
type Link struct {
	Address string
	Text    string
}

// Look is what a page shows to who looks for others.
type Look struct {
	Kind  Kind
	Title string
	Links []Link // each address once, in order; files among them
	More  []string
	Named bool // it says of itself that it is an article
	// Count is the number of entries that a list says it has, -1 if it says none.
	Count int
}

const (
	// shortPage is the text, in characters, below which a page may be a notice
	// of the server and no document.
	shortPage = 400
	// entries is how many dated links make a list.
	entries = 5
	// maxMore bounds the pages of a list that a script counts.
	maxMore = 2000
)

var (
	counted = regexp.MustCompile(`(?:共|总共|总计|总数[：:]?|记录总数[：:]?)\s*(?:有)?\s*(\d{1,7})\s*(?:条|篇|件|个)?(?:记录|信息|文件|数据)?`)
	dated   = regexp.MustCompile(`(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}|\[?\d{2}-\d{2}\]?$`)
	// paged are the scripts that TRS and Hanweb sites number the pages of a list by:
	// how many there are, which this is, the name and extension of the first.
	paged = regexp.MustCompile(`createPageHTML\(\s*['"]?(\d+)['"]?\s*,\s*['"]?(\d+)['"]?\s*,\s*['"]([\w\-/]+)['"]\s*,\s*['"](\w+)['"]`)

	challenge = regexp.MustCompile(`(?i)acw_sc__v2|jsl_clearance|_guard|yunsuo_session|wzws|cf-challenge|captcha|人机验证|安全验证|访问验证|创宇盾|网站防火墙|请开启JavaScript并刷新|请启用JavaScript|您的访问被拦截|访问过于频繁|正在检查您的浏览器`)
	notThere  = regexp.MustCompile(`(?i)\b404\b|页面不存在|页面未找到|找不到(?:您|该|此|要)?.{0,6}页面|(?:内容|页面|文章|信息)已(?:经)?(?:被)?删除|您访问的(?:页面|内容)(?:不存在|已)|not found|系统(?:正在)?维护|网站(?:正在)?(?:维护|建设|升级)`)
	isLogin   = regexp.MustCompile(`(?i)登录|登陆|login|sign in`)
)

// LookAt reads a page for what it leads to. address is where it stands after
// redirects.
func LookAt(address, contentType string, body []byte) (Look, error) {
	text, err := charset.NewReader(bytes.NewReader(body), contentType)
	if err != nil {
		return Look{}, err
	}
	root, err := html.Parse(text)
	if err != nil {
		return Look{}, err
	}
	p := page{base: address, look: Look{Kind: Article, Count: -1}, seen: map[string]bool{}}
	p.read(root)
	p.judge(body)
	return p.look, nil
}

// page is a page while it is looked at.
type page struct {
	base string
	look Look
	seen map[string]bool

	text     strings.Builder // without that of links
	linked   int             // characters of links
	dates    int             // links beside a date
	article  bool            // look.Named
	column   bool            // it says that it is a column
	password bool
}

func (p *page) read(root *html.Node) {
	var walk func(n *html.Node, inLink bool)
	walk = func(n *html.Node, inLink bool) {
		switch n.DataAtom {
		case atom.Script, atom.Style:
			p.script(n)
			return
		case atom.Base:
			if to, ok := Address(p.base, attribute(n, "href")); ok {
				p.base = to
			}
		case atom.Meta:
			p.meta(n)
		case atom.Title:
			p.look.Title = strings.TrimSpace(words(n))
			return
		case atom.Input:
			p.password = p.password || strings.EqualFold(attribute(n, "type"), "password")
		case atom.A, atom.Area, atom.Iframe, atom.Frame:
			p.link(n)
			inLink = inLink || n.DataAtom == atom.A
		}
		if n.Type == html.TextNode {
			if inLink {
				p.linked += utf8.RuneCountInString(strings.TrimSpace(n.Data))
			} else {
				p.text.WriteString(strings.TrimSpace(n.Data))
				p.text.WriteByte(' ')
			}
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			walk(child, inLink)
		}
	}
	walk(root, false)
}

func (p *page) meta(n *html.Node) {
	content := strings.TrimSpace(attribute(n, "content"))
	if content == "" {
		return
	}
	switch strings.ToLower(attribute(n, "name")) {
	case "articletitle", "pubdate":
		p.article, p.look.Named = true, true
	case "columnname", "columntype":
		p.column = true
	}
}

func (p *page) script(n *html.Node) {
	if n.DataAtom != atom.Script || n.FirstChild == nil {
		return
	}
	for _, m := range paged.FindAllStringSubmatch(n.FirstChild.Data, -1) {
		pages, err := strconv.Atoi(m[1])
		if err != nil {
			continue
		}
		for i := 1; i < min(pages, maxMore); i++ {
			if to, ok := Address(p.base, m[3]+"_"+strconv.Itoa(i)+"."+m[4]); ok {
				p.look.More = append(p.look.More, to)
			}
		}
	}
}

func (p *page) link(n *html.Node) {
	ref := attribute(n, "href")
	if ref == "" {
		ref = attribute(n, "src")
	}
	to, ok := Address(p.base, ref)
	if !ok {
		return
	}
	text := strings.TrimSpace(words(n))
	if text == "" {
		text = attribute(n, "title")
	}
	if n.Parent != nil && dated.MatchString(strings.TrimSpace(words(n.Parent))) {
		p.dates++
	}
	if !p.seen[to] {
		p.seen[to] = true
		p.look.Links = append(p.look.Links, Link{to, text})
	}
}

// judge decides what the page is.
func (p *page) judge(body []byte) {
	text := p.text.String()
	if m := counted.FindStringSubmatch(text); m != nil {
		p.look.Count, _ = strconv.Atoi(m[1]) // digits, few enough
	}
	runes := utf8.RuneCountInString(text)
	short := runes < shortPage && !p.article
	switch {
	case short && challenge.Match(body):
		p.look.Kind = Challenge
	case short && p.password && (isLogin.MatchString(text) || isLogin.MatchString(p.look.Title)):
		p.look.Kind = Login
	case short && (notThere.MatchString(p.look.Title) || notThere.MatchString(text)):
		p.look.Kind = NotThere
	case p.article:
	case p.column, p.dates >= entries, len(p.look.More) > 0, p.linked > runes && len(p.look.Links) >= entries:
		p.look.Kind = List
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// words joins the text below a node.
func words(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		b.WriteString(words(child))
	}
	return b.String()
}
