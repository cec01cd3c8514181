// Package county is a sample of a county government's site, made of the
// documents of a store, for `zhiwen demo`: a place to see the widget as it
// stands on such sites, with the controls that their visitors know. It says on
// every page that it is a sample. It knows nothing of how questions are
// answered and reaches the chat only as any other site does, by the widget's
// script tag, attributes and messages.
package county

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/skip2/go-qrcode"

	"zhiwen/bot/traditional"
	"zhiwen/retrieval"
	"zhiwen/web/mount"
)

// Root is where the site is served.
const Root = "/site/"

// frontItems is how many articles of a column the front page lists.
const frontItems = 8

// Documents gives the text of an article. It fails with retrieval.ErrNotFound,
// or retrieval.ErrGone for what was withdrawn.
type Documents interface {
	Document(ctx context.Context, id string) (retrieval.Document, error)
}

//go:embed templates
var templates embed.FS

//go:embed assets
var assets embed.FS

// Site serves the pages below Root.
type Site struct {
	name      string
	documents Documents
	columns   []column
	public    mount.Point // where visitors find the server
	pages     *template.Template
	sum       string // of all assets
	log       *slog.Logger
	mux       *http.ServeMux
}

// column is one of the site's lists.
type column struct {
	Path, Name string
	Articles   []retrieval.Meta // the newest first
}

// serviceKinds are what people come to get something done with.
var serviceKinds = []retrieval.Kind{retrieval.KindGuide, retrieval.KindFAQ, retrieval.KindUndefined}

// New makes a site of articles. The name stands in its head. Public is
// where visitors find the server.
func New(name string, articles []retrieval.Meta, documents Documents, public mount.Point, log *slog.Logger) (*Site, error) {
	s := &Site{name: name, documents: documents, public: public, log: log, mux: http.NewServeMux()}
	services, openness := column{Path: "services", Name: "办事服务"}, column{Path: "openness", Name: "政务公开"}
	for _, a := range slices.SortedFunc(slices.Values(articles), func(a, b retrieval.Meta) int {
		return cmp.Or(strings.Compare(b.Published, a.Published), strings.Compare(a.ID, b.ID))
	}) {
		if slices.Contains(serviceKinds, a.Kind) {
			services.Articles = append(services.Articles, a)
		} else {
			openness.Articles = append(openness.Articles, a)
		}
	}
	s.columns = []column{openness, services}

	var err error
	if s.sum, err = checksum(); err != nil {
		return nil, fmt.Errorf("read the site's assets: %w", err)
	}
	s.pages, err = template.New("").Funcs(template.FuncMap{
		"title": func(m retrieval.Meta) string { return cmp.Or(m.Title, "未命名文件") },
		"asset": func(name string) (string, error) {
			_, err := fs.Stat(assets, "assets/"+name)
			return path.Join(Root, "assets", s.sum, name), err
		},
	}).ParseFS(templates, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse the site's pages: %w", err)
	}
	s.mux.HandleFunc("GET "+Root+"{$}", s.front)
	s.mux.HandleFunc("GET "+Root+"list/{column}", s.list)
	s.mux.HandleFunc("GET "+Root+"show/{id}", s.article)
	s.mux.HandleFunc("GET "+Root+"set", s.set)
	s.mux.HandleFunc("GET "+Root+"qr.png", s.qr)
	s.mux.HandleFunc("GET "+Root+"assets/{sum}/{name}", s.asset)
	s.mux.HandleFunc("GET "+Root, s.missing)
	return s, nil
}

func checksum() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(assets, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(assets, name)
		fmt.Fprintf(h, "%s %d\n%s", name, len(data), data)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)[:6]), err
}

// contentPolicy is as strict as a county's should be: it allows the widget's
// script and frame, which come from the same server here.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

// ServeHTTP implements http.Handler.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", contentPolicy)
	w.Header().Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(self)")
	s.mux.ServeHTTP(w, r)
}

// view is what every page shows.
type view struct {
	Site    string
	Title   string
	Path    string // of this page
	Columns []column
	Here    *column
	Reader  reader
	Doc     *retrieval.Document
	Blocks  []block
	Near    struct{ Newer, Older *retrieval.Meta }
}

// FrontItems limits the lists of the front page.
func (v view) FrontItems(c column) []retrieval.Meta {
	return c.Articles[:min(frontItems, len(c.Articles))]
}

func (s *Site) view(r *http.Request, title string) view {
	return view{Site: s.name, Title: title, Path: r.URL.Path, Columns: s.columns, Reader: readerOf(r)}
}

func (s *Site) front(w http.ResponseWriter, r *http.Request) {
	s.render(w, http.StatusOK, "front.html", s.view(r, "首页"))
}

func (s *Site) list(w http.ResponseWriter, r *http.Request) {
	for i := range s.columns {
		if c := &s.columns[i]; c.Path == r.PathValue("column") {
			v := s.view(r, c.Name)
			v.Here = c
			s.render(w, http.StatusOK, "list.html", v)
			return
		}
	}
	s.missing(w, r)
}

func (s *Site) article(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	v := s.view(r, "")
	for i := range s.columns {
		c := &s.columns[i]
		at := slices.IndexFunc(c.Articles, func(m retrieval.Meta) bool { return m.ID == id })
		if at < 0 {
			continue
		}
		v.Here = c
		if at > 0 {
			v.Near.Newer = &c.Articles[at-1]
		}
		if at+1 < len(c.Articles) {
			v.Near.Older = &c.Articles[at+1]
		}
	}
	if v.Here == nil {
		s.missing(w, r)
		return
	}
	doc, err := s.documents.Document(r.Context(), id)
	switch {
	case errors.Is(err, retrieval.ErrNotFound) || errors.Is(err, retrieval.ErrGone):
		s.missing(w, r)
		return
	case err != nil:
		s.log.Error("read an article", "err", err)
		http.Error(w, "暂时无法打开这个页面，请稍后再试。", http.StatusInternalServerError)
		return
	}
	v.Title, v.Doc, v.Blocks = cmp.Or(doc.Title, "未命名文件"), &doc, blocks(doc)
	s.render(w, http.StatusOK, "article.html", v)
}

func (s *Site) missing(w http.ResponseWriter, r *http.Request) {
	s.render(w, http.StatusNotFound, "missing.html", s.view(r, "没有找到页面"))
}

// set changes how the site is shown and goes back to where the visitor was: the
// controls of the head are links here for browsers without scripts.
func (s *Site) set(w http.ResponseWriter, r *http.Request) {
	reads := readerOf(r).with(r.URL.Query())
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: reads.encode(), Path: Root, SameSite: http.SameSiteLaxMode})
	back := r.URL.Query().Get("back")
	if !strings.HasPrefix(path.Clean(back)+"/", Root) {
		back = Root
	}
	http.Redirect(w, r, path.Clean(back)+closing(back), http.StatusSeeOther)
}

// closing is the slash that path.Clean takes off.
func closing(p string) string {
	if strings.HasSuffix(p, "/") {
		return "/"
	}
	return ""
}

// qr draws the address of a page, for the phone's camera.
func (s *Site) qr(w http.ResponseWriter, r *http.Request) {
	page := path.Clean(r.URL.Query().Get("page"))
	if !strings.HasPrefix(page+"/", Root) || len(page) > 200 {
		s.missing(w, r)
		return
	}
	home := s.public.Home(r, r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https")
	picture, err := qrcode.Encode(home+page+closing(r.URL.Query().Get("page")), qrcode.Medium, 256)
	if err != nil {
		s.log.Error("draw a QR code", "err", err)
		http.Error(w, "暂时无法生成二维码。", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(picture)
}

func (s *Site) asset(w http.ResponseWriter, r *http.Request) {
	data, err := fs.ReadFile(assets, "assets/"+r.PathValue("name"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	if r.PathValue("sum") == s.sum {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, r.PathValue("name"), time.Time{}, bytes.NewReader(data))
}

// render makes the whole page before the first byte is sent, in the reader's
// script.
func (s *Site) render(w http.ResponseWriter, status int, name string, v view) {
	var page bytes.Buffer
	if err := s.pages.ExecuteTemplate(&page, name, v); err != nil {
		s.log.Error("render a page of the sample site", "page", name, "err", err)
		http.Error(w, "页面暂时无法显示，请稍后再试。", http.StatusInternalServerError)
		return
	}
	data := page.Bytes()
	if v.Reader.Hant {
		// Addresses of this site are plain ASCII, so that nothing but words changes.
		data = []byte(traditional.Convert(page.String()).Traditional)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(status)
	w.Write(data)
}

// DocumentOf gives the document that an address of this site shows, so that a
// question about the open page can be answered from it.
func DocumentOf(address string) (id string, ok bool) {
	u, err := url.Parse(address)
	if err != nil {
		return "", false
	}
	return strings.CutPrefix(u.Path, Root+"show/")
}
