package crawl

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"zhiwen/ingest/fetch"
)

func TestAddress(t *testing.T) {
	for _, c := range []struct{ base, ref, want string }{
		{"https://www.x.gov.cn/a/b.html", "c.html", "https://www.x.gov.cn/a/c.html"},
		{"https://www.x.gov.cn/a/b.html", "../d/e.html?id=3#top", "https://www.x.gov.cn/d/e.html?id=3"},
		{"https://www.x.gov.cn/a/", `..\f.html`, "https://www.x.gov.cn/f.html"},
		{"https://www.x.gov.cn/", "/g.html?utm_source=wx&id=1&from=timeline", "https://www.x.gov.cn/g.html?id=1"},
		{"https://www.x.gov.cn/", "/g.jsp;jsessionid=ABC?id=1", "https://www.x.gov.cn/g.jsp?id=1"},
		{"https://www.x.gov.cn/", "/g.html?print=1", "https://www.x.gov.cn/g.html"},
		{"", "HTTP://WWW.X.gov.cn:80/", "http://www.x.gov.cn/"},
		{"https://www.x.gov.cn/", "javascript:void(0)", ""},
		{"https://www.x.gov.cn/", "mailto:a@x.gov.cn", ""},
		{"https://www.x.gov.cn/", "#top", ""},
		{"https://www.x.gov.cn/", "pic.JPG", ""},
		{"https://www.x.gov.cn/", "", ""},
		{"https://www.x.gov.cn/", "http://[::1", ""},
	} {
		got, ok := Address(c.base, c.ref)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%s on %s: %s, %v, want %s", c.ref, c.base, got, ok, c.want)
		}
	}
}

func TestKey(t *testing.T) {
	same := []string{"http://www.x.gov.cn/a/", "https://x.gov.cn/a/index.html", "https://www.x.gov.cn/a/index.htm", "http://x.gov.cn/a/default.aspx"}
	for _, address := range same {
		if got := Key(address); got != "http://x.gov.cn/a/" {
			t.Errorf("%s: %s", address, got)
		}
	}
	if Key("https://x.gov.cn/a/1.html") == Key("https://x.gov.cn/a/2.html") || Key("https://x.gov.cn/a?id=1") == Key("https://x.gov.cn/a?id=2") {
		t.Error("two pages have one key")
	}
}

func TestLookAt(t *testing.T) {
	rows := func(n int) string {
		return strings.Repeat(`<li><a href="/a.html">关于某事的通知</a><span>2026-03-05</span></li>`, n)
	}
	prose := "<p>" + strings.Repeat("居民委员会应当做好登记工作。", 40) + "</p>"
	for _, c := range []struct {
		name, page string
		kind       Kind
		count      int
	}{
		{"an article by its meta tags", `<meta name="ArticleTitle" content="通知"><p>短。</p>`, Article, -1},
		{"prose", prose, Article, -1},
		{"a list by its dates", "<ul>" + rows(6) + "</ul>共 126 条记录", List, 126},
		{"a column by its meta tags", `<meta name="ColumnName" content="公告"><p>暂无。</p>`, List, -1},
		{"a list by its script", `<ul>` + rows(1) + `</ul><script>createPageHTML(3, 0, "index", "html");</script>`, List, -1},
		{"an article with links beside it", prose + "<ul>" + rows(3) + "</ul>", Article, -1},
		{"a guard", `<title>安全验证</title><script>document.cookie="acw_sc__v2=1"</script>请开启JavaScript并刷新该页`, Challenge, -1},
		{"a login", `<title>用户登录</title><form>请登录<input type="password"></form>`, Login, -1},
		{"a soft 404", `<title>404</title><p>您访问的页面不存在</p>`, NotThere, -1},
		{"works", `<p>网站正在维护，请稍后再来。</p>`, NotThere, -1},
		{"an article about verification", prose + "<p>登录后进行安全验证，页面不存在时请联系管理员。</p>", Article, -1},
	} {
		look, err := LookAt("https://www.x.gov.cn/tzgg/index.html", "text/html; charset=utf-8", []byte("<html><body>"+c.page+"</body></html>"))
		if err != nil || look.Kind != c.kind || look.Count != c.count {
			t.Errorf("%s: %+v, %v", c.name, look, err)
		}
	}
	look, err := LookAt("https://www.x.gov.cn/tzgg/index.html", "text/html", []byte(`<script>createPageHTML(3, 0, "index", "html");</script>`))
	if want := []string{"https://www.x.gov.cn/tzgg/index_1.html", "https://www.x.gov.cn/tzgg/index_2.html"}; err != nil || !slices.Equal(look.More, want) {
		t.Errorf("pages of a list: %v, %v", look.More, err)
	}
}

// pages are a site in memory: bodies by address.
type pages map[string]string

func (p pages) Get(_ context.Context, address string, _ fetch.Validators) (fetch.Page, error) {
	body, ok := p[address]
	switch {
	case strings.Contains(address, "fail"):
		return fetch.Page{}, errors.New("no route")
	case !ok:
		return fetch.Page{URL: address, Status: http.StatusNotFound}, nil
	}
	kind := "text/html"
	if strings.HasSuffix(address, ".xml") {
		kind = "text/xml"
	}
	return fetch.Page{URL: address, Status: http.StatusOK, ContentType: kind, Body: []byte(body)}, nil
}

func TestWalk(t *testing.T) {
	article := `<meta name="ArticleTitle" content="通知"><p>通知的正文。</p>`
	site := pages{
		"https://x.gov.cn/":            `<meta name="ColumnName" content="首页"><a href="/l/">列表</a><a href="https://y.com/">别处</a><a href="/empty/">空栏目</a>`,
		"https://x.gov.cn/l/":          `<meta name="ColumnName" content="列表">共3条<a href="1.html">一</a><a href="2.html">二</a><a href="/f/a.pdf">附件</a><a href="p2.html">下一页</a>`,
		"https://x.gov.cn/l/p2.html":   `<a href="3.html">三</a><a href="/fail.html">坏</a>`,
		"https://x.gov.cn/l/1.html":    article,
		"https://x.gov.cn/l/2.html":    article,
		"https://x.gov.cn/l/3.html":    article,
		"https://x.gov.cn/empty/":      `<meta name="ColumnName" content="空栏目">`,
		"https://x.gov.cn/hidden.html": article,
		"https://x.gov.cn/sitemap.xml": `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://x.gov.cn/hidden.html</loc></url></urlset>`,
	}
	w := Walk{Get: site, Hosts: []string{"x.gov.cn"}, Known: map[string]Known{"https://x.gov.cn/l/old.html": {}}}
	outcomes := map[string]Outcome{}
	documents := map[string]bool{}
	for step, err := range w.Steps(t.Context(), []string{"https://x.gov.cn/"}) {
		if err != nil {
			t.Fatal(err)
		}
		if outcomes[step.Address] != "" {
			t.Errorf("%s is asked twice", step.Address)
		}
		outcomes[step.Address] = step.Outcome
		documents[step.Address] = step.Outcome == Found
	}
	want := map[string]Outcome{
		"https://x.gov.cn/": Listed, "https://x.gov.cn/l/": Listed, "https://x.gov.cn/l/p2.html": Listed, "https://x.gov.cn/empty/": Listed,
		"https://x.gov.cn/l/1.html": Found, "https://x.gov.cn/l/2.html": Found, "https://x.gov.cn/l/3.html": Found, "https://x.gov.cn/hidden.html": Found,
		"https://x.gov.cn/f/a.pdf": Gone, "https://x.gov.cn/fail.html": Failed, "https://x.gov.cn/l/old.html": Gone,
	}
	if fmt.Sprint(outcomes) != fmt.Sprint(want) {
		t.Errorf("outcomes\n%v, want\n%v", outcomes, want)
	}
	for _, c := range w.Columns(documents) {
		switch {
		case c.Address == "https://x.gov.cn/l/" && (c.Expected != 3 || c.Found != 3 || c.Short()):
			t.Errorf("the list: %+v", c)
		case c.Address == "https://x.gov.cn/empty/" && !c.Short():
			t.Errorf("the empty column: %+v", c)
		}
	}
}

// FuzzLookAt: whatever a server sends, the links are addresses.
func FuzzLookAt(f *testing.F) {
	f.Add("text/html", []byte(`<a href="a.html">x</a><base href="//y/"><script>createPageHTML(9999999999, 0, "i", "h")</script>`))
	f.Add("text/html; charset=gb2312", []byte("<title>\xc4\xe3\xba\xc3</title><a href='%zz'>"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		look, err := LookAt("https://x.gov.cn/a/", contentType, body)
		if err != nil {
			return
		}
		for _, l := range look.Links {
			if again, ok := Address("", l.Address); !ok || again != l.Address {
				t.Fatalf("%q is no address: %q, %v", l.Address, again, ok)
			}
		}
		if len(look.More) > maxMore*len(body) || !utf8.ValidString(look.Title) {
			t.Fatalf("%d pages, title %q", len(look.More), look.Title)
		}
	})
}

// FuzzEntries: a list in JSON that is none has no entries.
func FuzzEntries(f *testing.F) {
	f.Add("data.rows", []byte(`{"data":{"rows":[{"url":"/1.html","title":"一"},3,null]}}`))
	f.Add("", []byte(`[{"url":"/1.html"}]`))
	f.Fuzz(func(t *testing.T, items string, body []byte) {
		links, err := Source{URL: "https://x.gov.cn/", Items: items, Link: "url", Title: "title"}.entries("https://x.gov.cn/", body)
		if err != nil && len(links) > 0 {
			t.Fatalf("%v and %d entries", err, len(links))
		}
	})
}
