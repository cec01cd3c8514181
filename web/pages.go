package web

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"time"

	"zhiwen/retrieval"
)

//go:embed templates
var templates embed.FS

// views are the parsed pages.
type views struct{ pages *template.Template }

func newViews(a *assets) (*views, error) {
	pages, err := template.New("").Funcs(template.FuncMap{"asset": a.url, "before": func(n int) int { return n - 1 }}).ParseFS(templates, "templates/*.html")
	if err != nil {
		return nil, err
	}
	return &views{pages: pages}, nil
}

// layout is what every page shows around its own content.
type layout struct {
	Page
	Title  string
	Reader reader
	Frame  string // origin of the page that shows this one in a frame
	// Updated is since when the collection is as it is, 2006-01-02 15:04; empty
	// where that is not known.
	Updated string
}

type documentView struct {
	layout
	Doc    retrieval.Document
	Blocks []block
	Notice string // a warning about the version or its validity
	Source string // the original page, if it is on the web
	Pages  []pageLink
	related
}

type messageView struct {
	layout
	Message string
}

func (s *Server) layout(title string) layout {
	return layout{Page: s.cfg.Page, Title: title}
}

// layoutFor is the layout of a page for the reader that its address names.
func (s *Server) layoutFor(r *http.Request, title string) layout {
	l := s.layout(title)
	l.Reader = s.readerOf(r)
	l.Frame = l.Reader.Site
	if status, err := s.cfg.Status(r.Context()); err == nil && !status.Updated.IsZero() {
		l.Updated = status.Updated.In(beijing).Format("2006-01-02 15:04")
	}
	return l
}

// beijing is the time of the whole country, which no machine needs to know a
// table of zones for.
var beijing = time.FixedZone("", 8*60*60)

// documentPage shows a stored version. It is a copy for readers, not for
// search engines: those are sent to the original.
func (s *Server) documentPage(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Robots-Tag", "noindex")
	if doc, ok := s.stored(w, r); ok {
		s.render(w, r, http.StatusOK, "document.html", s.documentView(r.Context(), doc))
	}
}

// stored finds the document that a URL names; if it is not ok the visitor was
// told why.
func (s *Server) stored(w http.ResponseWriter, r *http.Request) (doc retrieval.Document, ok bool) {
	doc, err := s.cfg.Documents.Document(r.Context(), r.PathValue("id"))
	if err == nil && doc.State != retrieval.StateCurrent && doc.State != retrieval.StateSuperseded {
		err = retrieval.ErrNotFound // not released to the public
	}
	switch {
	case errors.Is(err, retrieval.ErrNotFound):
		s.message(w, r, http.StatusNotFound, "没有找到这份文件，请检查链接是否完整。")
	case errors.Is(err, retrieval.ErrGone):
		s.message(w, r, http.StatusGone, "这份文件已撤回，不再提供查看。")
	case err != nil:
		s.cfg.Log.Error("read document", "err", err)
		s.message(w, r, http.StatusInternalServerError, "暂时无法打开这份文件，请稍后再试。")
	}
	return doc, err == nil
}

func (s *Server) documentView(ctx context.Context, doc retrieval.Document) documentView {
	v := documentView{layout: s.layout(titleOf(doc)), Doc: doc, Blocks: blocks(doc), Notice: warning(doc.Meta), related: s.related(ctx, doc)}
	if isWebURL(doc.URL) {
		v.Source = doc.URL
	}
	if doc.Pictured && s.cfg.Pictures != nil {
		v.Pages = pageLinks(doc)
	}
	return v
}

func titleOf(doc retrieval.Document) string { return cmp.Or(doc.Title, untitled) }

// untitled stands for the title of a document that has none.
const untitled = "未命名文件"

// warning says what a reader must know before relying on the text.
func warning(m retrieval.Meta) string {
	outOfForce := []retrieval.Validity{retrieval.ValidityRepealed, retrieval.ValidityLapsed}
	switch {
	case slices.Contains(outOfForce, m.Validity):
		return "这份文件已" + string(m.Validity) + "，仅供参考。"
	case m.State == retrieval.StateSuperseded:
		return "这是这份文件的旧版本，内容可能已经更新，请以最新版本为准。"
	case m.Validity == retrieval.ValidityAmended:
		return "这份文件已有修改，请以修改后的内容为准。"
	}
	return ""
}

func (s *Server) noPage(w http.ResponseWriter, r *http.Request) {
	s.message(w, r, http.StatusNotFound, "没有找到这个页面，请检查网址是否正确。")
}

func (s *Server) message(w http.ResponseWriter, r *http.Request, status int, text string) {
	s.render(w, r, status, "message.html", messageView{layout: s.layout("提示"), Message: text})
}

// render makes the whole page before the first byte is sent: a template that
// fails must not leave half a page.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, name string, view any) {
	var page bytes.Buffer
	if err := s.views.pages.ExecuteTemplate(&page, name, view); err != nil {
		s.cfg.Log.ErrorContext(r.Context(), "render page", "page", name, "err", err)
		http.Error(w, "页面暂时无法显示，请稍后再试。", http.StatusInternalServerError)
		return
	}
	data := page.Bytes()
	if v, ok := view.(visitView); ok {
		data = s.inScriptOf(v.Reader, data)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(status)
	w.Write(data)
}
