// Package staff serves what is for the staff alone: the page and the interface
// of 文稿核对. There are no accounts yet; who holds a configured token is let
// in (gate.go), under the name that the token was given.
//
// Drafts are nobody's but their owners': they are written to no log, and shown
// to no one but their owner and those whom the owner names.
package staff

import (
	"bytes"
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
	"path"
	"time"

	"zhiwen/bot/check"
	"zhiwen/retrieval"
)

// Checker compares a draft with the collection.
type Checker interface {
	Check(ctx context.Context, d check.Draft, progress func(done, all int)) (check.Report, error)
}

// Drafts reads the text of uploaded files.
type Drafts interface {
	Read(ctx context.Context, name string, b []byte) (retrieval.Document, error)
}

// Book keeps checks until they expire. LoadCheck and DeleteCheck fail with
// retrieval.ErrNotFound.
type Book interface {
	SaveCheck(ctx context.Context, c check.Saved) error
	LoadCheck(ctx context.Context, id string, now time.Time) (check.Saved, error)
	Checks(ctx context.Context, name string, now time.Time) ([]check.Summary, error)
	DeleteCheck(ctx context.Context, id string) error
}

// Config is what a Server is made of. Checker, Drafts and Tokens must be given.
type Config struct {
	Checker Checker
	Drafts  Drafts
	// Book keeps checks for Keep; both zero: they are held in memory for an
	// hour and stored nowhere.
	Book   Book
	Keep   time.Duration
	Tokens []Token
	// Asset names the public pages' style sheets and icon.
	Asset func(name string) (string, error)
	// ClientIP is the address that failed logins are counted by.
	ClientIP func(*http.Request) string
	SiteName string
	Log      *slog.Logger
	Now      func() time.Time
}

// Server serves the staff's pages.
type Server struct {
	cfg     Config
	gate    *gate
	pages   *template.Template
	assets  fs.FS
	sum     string        // of the assets, part of their addresses
	running chan struct{} // checks that run
}

// maxRunning checks run at once; each keeps a core busy.
const maxRunning = 2

//go:embed templates assets
var embedded embed.FS

// New makes a server; it is a handler of /staff/ and /api/v1/check.
func New(cfg Config) (*Server, error) {
	if cfg.Checker == nil || cfg.Drafts == nil {
		return nil, errors.New("staff: Config.Checker or Config.Drafts is not set")
	}
	if cfg.Keep <= 0 || cfg.Book == nil {
		cfg.Book, cfg.Keep = newMemory(), heldInMemory
	}
	s := &Server{cfg: cfg, running: make(chan struct{}, maxRunning)}
	var err error
	if s.gate, err = newGate(cfg.Tokens, cfg.Now); err != nil {
		return nil, err
	}
	if s.assets, err = fs.Sub(embedded, "assets"); err != nil {
		return nil, err
	}
	if s.sum, err = sumOf(s.assets); err != nil {
		return nil, err
	}
	s.pages, err = template.New("").Funcs(template.FuncMap{"asset": cfg.Asset, "own": s.assetURL, "cardOf": cardOf}).ParseFS(embedded, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse the staff's pages: %w", err)
	}
	return s, nil
}

// Handler is the server's whole surface.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /staff/{$}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/staff/check", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /staff/assets/{sum}/{name}", s.asset)
	mux.HandleFunc("GET /staff/login", s.loginPage)
	mux.HandleFunc("POST /staff/login", s.login)
	mux.HandleFunc("POST /staff/logout", s.inside(s.logout))
	mux.HandleFunc("GET /staff/check", s.inside(s.startPage))
	mux.HandleFunc("POST /staff/check", s.inside(s.begin))
	mux.HandleFunc("GET /staff/check/{id}", s.inside(s.resultPage))
	mux.HandleFunc("POST /staff/check/{id}/note", s.inside(s.note))
	mux.HandleFunc("POST /staff/check/{id}/readers", s.inside(s.readers))
	mux.HandleFunc("POST /staff/check/{id}/again", s.inside(s.again))
	mux.HandleFunc("POST /staff/check/{id}/delete", s.inside(s.remove))
	mux.HandleFunc("GET /staff/check/{id}/export.html", s.inside(s.exportHTML))
	mux.HandleFunc("GET /staff/check/{id}/export.docx", s.inside(s.exportDOCX))
	mux.HandleFunc("POST /api/v1/check", s.api)
	mux.HandleFunc("/staff/", func(w http.ResponseWriter, r *http.Request) {
		s.message(w, r, http.StatusNotFound, "没有找到这个页面，请检查网址是否正确。")
	})
	return private(mux)
}

// private keeps the staff's pages out of caches and search engines.
func private(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Robots-Tag", "noindex")
		w.Header().Set("Referrer-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

func sumOf(files fs.FS) (string, error) {
	h := sha256.New()
	err := fs.WalkDir(files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		fmt.Fprintf(h, "%s %d\n%s", name, len(data), data)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)[:6]), err
}

func (s *Server) assetURL(name string) (string, error) {
	if _, err := fs.Stat(s.assets, name); err != nil {
		return "", err
	}
	return path.Join("/staff/assets", s.sum, name), nil
}

func (s *Server) asset(w http.ResponseWriter, r *http.Request) {
	data, err := fs.ReadFile(s.assets, r.PathValue("name"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, r.PathValue("name"), time.Time{}, bytes.NewReader(data))
}

// layout is what every page shows around its own content.
type layout struct {
	Title    string
	SiteName string
	Name     string // who is logged in
	CSRF     string
}

func (s *Server) layout(r *http.Request, title string) layout {
	l := layout{Title: title, SiteName: s.cfg.SiteName}
	if visit, ok := s.gate.visit(r); ok {
		l.Name, l.CSRF = visit.name, visit.csrf
	}
	return l
}

// render makes the whole page before the first byte is sent.
func (s *Server) render(w http.ResponseWriter, _ *http.Request, status int, name string, view any) {
	var page bytes.Buffer
	if err := s.pages.ExecuteTemplate(&page, name, view); err != nil {
		s.cfg.Log.Error("render page", "page", name, "err", err)
		http.Error(w, "页面暂时无法显示，请稍后再试。", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(page.Bytes())
}

func (s *Server) message(w http.ResponseWriter, r *http.Request, status int, text string) {
	s.render(w, r, status, "message.html", struct {
		layout
		Message string
	}{s.layout(r, "提示"), text})
}
