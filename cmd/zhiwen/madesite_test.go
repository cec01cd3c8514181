package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// madeSite is a county's web site of our own making, which a test changes: 320
// pages in three templates, as such sites are built.
type madeSite struct {
	url string

	mu       sync.Mutex
	articles map[string]*article // by path
	down     int                 // the status that every page answers with, 0: the site is up
	guarded  bool                // every page asks whether the visitor is a person
	broken   map[string]int      // the status of single paths
	moved    map[string]string   // redirects
	soft     map[string]bool     // paths that say with status 200 that there is no page
	cut      map[string]bool     // paths whose answer breaks off
	requests int
	saved    int // answered with 304
}

// article is one page. Its place and hours are what is asked about.
type article struct {
	column, place string
	hour          int
	note          string // changes the text and nothing that is asked about
	file          string // the text of an attached file, if there is one
	removed       bool
	long          bool
	repeals       string // the title that a 废止 notice names; it is no article about water then
}

// columns of the site: TRS pages with the national meta tags, GBK pages with a
// table of fields, and a list that a script fills.
var madeColumns = []struct {
	name, title string
	articles    int
}{{"tzgg", "通知公告", 130}, {"zcwj", "政策文件", 100}, {"bsfw", "办事服务", 90}}

const listed = 20 // entries on a page of a list

func newMadeSite(t testing.TB) *madeSite {
	m := &madeSite{articles: map[string]*article{}, broken: map[string]int{}, moved: map[string]string{}, soft: map[string]bool{}, cut: map[string]bool{}}
	for _, c := range madeColumns {
		for n := range c.articles {
			m.articles[fmt.Sprintf("/%s/%d.html", c.name, n)] = &article{column: c.name, place: placeName(c.name, n), hour: 1 + n%23}
		}
	}
	for n := range 10 {
		m.articles[fmt.Sprintf("/tzgg/%d.html", n)].file = fmt.Sprintf("%s附件清单\n\n%s附件共列物资%d种。\n", placeName("tzgg", n), placeName("tzgg", n), 100+n)
	}
	server := httptest.NewServer(m)
	t.Cleanup(server.Close)
	m.url = server.URL
	return m
}

// placeName is a name that no other article holds.
func placeName(column string, n int) string {
	first, second := []rune("青白玄朱紫金银铜石木松柏桂桃李杏梅兰竹菊"), []rune("溪河岭岗坪湾塘桥渡滩")
	kind := map[string]string{"tzgg": "村", "zcwj": "寨", "bsfw": "坊"}[column]
	return string(first[n%len(first)]) + string(second[n/len(first)%len(second)]) + kind
}

// paths of a column's articles that are there, in order of number.
func (m *madeSite) paths(column string) []string {
	var all []string
	for path, a := range m.articles {
		if a.column == column && !a.removed {
			all = append(all, path)
		}
	}
	number := func(path string) int {
		n, _ := strconv.Atoi(strings.TrimSuffix(path[strings.LastIndexByte(path, '/')+1:], ".html"))
		return n
	}
	slices.SortFunc(all, func(a, b string) int { return number(a) - number(b) })
	return all
}

func (a *article) title() string {
	if a.repeals != "" {
		return "某县人民政府关于废止部分文件的通知"
	}
	return "关于" + a.place + "检修停水的通知"
}

// text is what the article says.
func (a *article) text() string {
	if a.repeals != "" {
		return "经研究，决定废止下列文件。1.《" + a.repeals + "》。特此通知。"
	}
	s := fmt.Sprintf("因管道检修，%s定于本月%d时停水。请居民提前储水，恢复时间另行通知。%s", a.place, a.hour, a.note)
	if a.long {
		s += strings.Repeat("施工期间请注意行车安全，绕行路线以现场指示为准。", 20)
	}
	return s
}

func (m *madeSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests++
	path := r.URL.Path
	switch {
	case path == "/robots.txt":
		fmt.Fprint(w, "User-agent: *\nDisallow: /admin/\n")
		return
	case m.down != 0:
		http.Error(w, "service unavailable", m.down)
		return
	case m.guarded:
		page(w, r, m, "text/html; charset=utf-8", `<html><head><title>安全验证</title></head><body><script>document.cookie="acw_sc__v2=1";location.reload()</script>请开启JavaScript并刷新该页</body></html>`)
		return
	case m.broken[path] != 0:
		http.Error(w, "error", m.broken[path])
		return
	case m.moved[path] != "":
		http.Redirect(w, r, m.moved[path], http.StatusMovedPermanently)
		return
	case m.soft[path]:
		page(w, r, m, "text/html; charset=utf-8", `<html><head><title>404</title></head><body><p>您访问的页面不存在或已被删除。</p><a href="/">返回首页</a></body></html>`)
		return
	case m.cut[path]:
		w.Header().Set("Content-Length", "100000")
		fmt.Fprint(w, "<html><body><p>因管道检修")
		return
	}
	m.serve(w, r, path)
}

func (m *madeSite) serve(w http.ResponseWriter, r *http.Request, path string) {
	switch {
	case path == "/":
		var nav strings.Builder
		for _, c := range madeColumns {
			fmt.Fprintf(&nav, `<li><a href="/%s/index.html">%s</a></li>`, c.name, c.title)
		}
		page(w, r, m, "text/html; charset=utf-8", `<html><head><meta name="SiteName" content="某县人民政府"><meta name="ColumnName" content="首页"><title>某县人民政府</title></head><body><ul>`+nav.String()+`<li><a href="/admin/">管理</a></li><li><a href="https://www.elsewhere.example/">友情链接</a></li></ul></body></html>`)
	case path == "/api/list":
		n, _ := strconv.Atoi(r.URL.Query().Get("page"))
		rows := []map[string]string{}
		for i, p := range m.paths("bsfw") {
			if i/listed+1 == n {
				rows = append(rows, map[string]string{"url": p + "?from=list", "title": m.articles[p].title()})
			}
		}
		b, _ := json.Marshal(map[string]any{"data": map[string]any{"rows": rows}})
		page(w, r, m, "application/json", string(b))
	case path == "/bsfw/index.html":
		page(w, r, m, "text/html; charset=utf-8", `<html><head><meta name="ColumnName" content="办事服务"><title>办事服务</title></head><body><div id="list"></div><script>fetch("/api/list?page=1")</script></body></html>`)
	case strings.HasPrefix(path, "/tzgg/index"):
		m.trsList(w, r, path)
	case strings.HasPrefix(path, "/zcwj/index"):
		m.gbkList(w, r, path)
	case strings.HasSuffix(path, ".txt"):
		if a := m.articles[strings.TrimSuffix(path, ".txt")+".html"]; a != nil && !a.removed && a.file != "" {
			page(w, r, m, "text/plain; charset=utf-8", a.file)
			return
		}
		http.NotFound(w, r)
	default:
		a := m.articles[path]
		if a == nil || a.removed {
			http.NotFound(w, r)
			return
		}
		m.article(w, r, path, a)
	}
}

// number is that of a page of a list, from 0.
func number(path, prefix string) int {
	n, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(path, prefix+"_"), ".html"))
	return n
}

func (m *madeSite) entries(column string, n int) (rows string, pages int) {
	all := m.paths(column)
	for i, p := range all {
		if i/listed == n {
			rows += fmt.Sprintf(`<li><a href="%s">%s</a><span>2026-03-05</span></li>`, p, m.articles[p].title())
		}
	}
	return rows, (len(all) + listed - 1) / listed
}

func (m *madeSite) trsList(w http.ResponseWriter, r *http.Request, path string) {
	n := number(path, "/tzgg/index")
	rows, pages := m.entries("tzgg", n)
	page(w, r, m, "text/html; charset=utf-8", fmt.Sprintf(`<html><head><meta name="ColumnName" content="通知公告"><title>通知公告</title></head><body><ul>%s</ul><script>createPageHTML(%d, %d, "index", "html");</script></body></html>`, rows, pages, n))
}

func (m *madeSite) gbkList(w http.ResponseWriter, r *http.Request, path string) {
	n := number(path, "/zcwj/index")
	rows, pages := m.entries("zcwj", n)
	next := ""
	if n+1 < pages {
		next = fmt.Sprintf(`<a href="index_%d.html">下一页</a>`, n+1)
	}
	body, err := simplifiedchinese.GBK.NewEncoder().String(fmt.Sprintf(`<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>政策文件</title></head><body><ul>%s</ul>共%d条 %s</body></html>`, rows, len(m.paths("zcwj")), next))
	if err != nil {
		panic(err)
	}
	page(w, r, m, "text/html", body)
}

// article serves a page in its column's template.
func (m *madeSite) article(w http.ResponseWriter, r *http.Request, path string, a *article) {
	attached := ""
	if a.file != "" {
		attached = `<p>附件：<a href="` + strings.TrimSuffix(path, ".html") + `.txt">` + a.place + `附件清单.txt</a></p>`
	}
	text := "<p>" + strings.ReplaceAll(a.text(), "。", "。</p><p>") + "</p>"
	switch a.column {
	case "tzgg":
		page(w, r, m, "text/html; charset=utf-8", `<html><head><meta name="SiteName" content="某县人民政府"><meta name="ArticleTitle" content="`+a.title()+`"><meta name="PubDate" content="2026-03-05 10:00"><meta name="ContentSource" content="某县水务局"></head><body><div class="nav"><a href="/">首页</a></div><h1>`+a.title()+`</h1><div class="TRS_Editor">`+text+attached+`</div></body></html>`)
	case "zcwj":
		index := fmt.Sprintf("11341824/2026-%05d", number(path, "/zcwj/")+len(path)*1000)
		if n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(path, "/zcwj/"), ".html")); err == nil {
			index = fmt.Sprintf("11341824/2026-%05d", n)
		}
		body, err := simplifiedchinese.GBK.NewEncoder().String(`<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>` + a.title() + `</title></head><body><table><tr><td>索引号</td><td>` + index + `</td><td>发布机构</td><td>某县水务局</td></tr></table><h1>` + a.title() + `</h1><div id="zoom">` + text + attached + `</div></body></html>`)
		if err != nil {
			panic(err)
		}
		page(w, r, m, "text/html; charset=gbk", body)
	default:
		page(w, r, m, "text/html; charset=utf-8", `<html><head><title>`+a.title()+`</title></head><body><div class="wzcon"><h1 class="wztit">`+a.title()+`</h1><p>发布时间：2026-03-05</p>`+text+attached+`</div></body></html>`)
	}
}

// page serves a body, or says that it has not changed.
func page(w http.ResponseWriter, r *http.Request, m *madeSite, kind, body string) {
	sum := sha256.Sum256([]byte(body))
	etag := `"` + hex.EncodeToString(sum[:8]) + `"`
	w.Header().Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		m.saved++
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", kind)
	fmt.Fprint(w, body)
}
