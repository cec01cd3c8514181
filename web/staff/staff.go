// Package staff serves what is for the staff alone: 文稿核对 and the console,
// where they keep the collection and its answers right. Who may do what is one
// table (routes.go); what an editor writes waits for a second person (bot/review).
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
	"iter"
	"log/slog"
	"net/http"
	"path"
	"sync"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/accounts"
	"zhiwen/bot/asked"
	"zhiwen/bot/check"
	"zhiwen/bot/directory"
	"zhiwen/bot/faq"
	"zhiwen/bot/records"
	"zhiwen/bot/review"
	"zhiwen/ingest"
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

// Library is the collection as staff see it.
type Library interface {
	List(ctx context.Context) iter.Seq2[retrieval.Listing, error]
	// Version gives a version whatever its state; retrieval.ErrNotFound.
	Version(ctx context.Context, id string) (retrieval.Document, error)
	Rulings(ctx context.Context) ([]ingest.Ruling, error)
	Crawls(ctx context.Context) ([]ingest.Crawled, error)
}

// Librarian changes the collection.
type Librarian interface {
	// Take reads files into the collection and holds their documents back; the
	// messages of the reports are for staff, in Chinese.
	Take(ctx context.Context, files []File, progress func(done, all int)) ([]ingest.Report, error)
	Release(ctx context.Context, id string, act retrieval.Act) error
	Withdraw(ctx context.Context, key string, act retrieval.Act) error
	Rule(ctx context.Context, r ingest.Ruling, act retrieval.Act) error
}

// File is one that was uploaded.
type File struct {
	Name string
	Data []byte
}

// Offices keeps the 部门通讯录.
type Offices interface {
	Directory(ctx context.Context) (directory.Directory, error)
	PutOffices(ctx context.Context, entries []directory.Entry) error
	PutDays(ctx context.Context, days []directory.Day) error
}

// Examiner answers a question and shows why.
type Examiner interface {
	Examine(ctx context.Context, r bot.Request, depth int) (bot.Examination, error)
}

// Searcher ranks passages.
type Searcher interface {
	Search(ctx context.Context, q retrieval.Query) (retrieval.Result, error)
}

// Questions are those that visitors asked.
type Questions interface {
	asked.Book
	asked.Counts
}

// Auditor keeps what was done.
type Auditor interface {
	Audit(ctx context.Context) ([]retrieval.Record, error)
	AddActs(ctx context.Context, acts ...retrieval.Act) error
}

// Crawler crawls the sites that are configured.
type Crawler interface {
	// Sites names them.
	Sites() []string
	// Crawl crawls one now; ErrBusy if somebody does so already.
	Crawl(ctx context.Context, site string, progress func(done int)) (ingest.Crawled, error)
}

// ErrBusy: the site is being crawled.
var ErrBusy = errors.New("the site is being crawled already")

// Config is what a Server is made of. All but Book, Tokens, SignOn and Crawler
// must be given.
type Config struct {
	Accounts  *accounts.Desk
	SignOn    *SignOn // nil: by password only
	Records   records.Store
	Checker   Checker
	Drafts    Drafts
	Library   Library
	Librarian Librarian
	FAQ       *faq.Desk
	Offices   Offices
	Examiner  Examiner
	Searcher  Searcher
	Questions Questions
	Audit     Auditor
	Crawler   Crawler // nil: no site is configured
	// Book keeps checks for Keep; both zero: they are held in memory for an
	// hour and stored nowhere.
	Book   Book
	Keep   time.Duration
	Tokens []Token // of programs
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
	signOn  *signOn
	changes *review.Desk
	pages   *template.Template
	assets  fs.FS
	sum     string        // of the assets, part of their addresses
	running chan struct{} // checks that run

	jobs     sync.WaitGroup
	jobsCtx  context.Context
	stopJobs context.CancelFunc
}

// maxRunning checks run at once; each keeps a core busy.
const maxRunning = 2

//go:embed templates assets
var embedded embed.FS

// New makes a server; it is a handler of /staff/ and of the staff's interfaces.
// Close it after use.
func New(cfg Config) (*Server, error) {
	if cfg.Checker == nil || cfg.Drafts == nil || cfg.Accounts == nil || cfg.Records == nil {
		return nil, errors.New("staff: Config.Accounts, Records, Checker or Drafts is not set")
	}
	if cfg.Keep <= 0 || cfg.Book == nil {
		cfg.Book, cfg.Keep = newMemory(), heldInMemory
	}
	s := &Server{cfg: cfg, running: make(chan struct{}, maxRunning), gate: &gate{tokens: cfg.Tokens, now: cfg.Now}, signOn: newSignOn(cfg.SignOn)}
	s.changes = &review.Desk{Store: cfg.Records, Now: cfg.Now, Appliers: map[review.Kind]review.Applier{
		review.KindFAQ:      curatedAnswers{cfg.FAQ},
		review.KindDocument: uploads{cfg.Library, cfg.Librarian},
		review.KindRuling:   rulings{cfg.Library, cfg.Librarian},
		review.KindOffice:   offices{cfg.Offices},
		review.KindWords:    wordTables{cfg.Records, cfg.Offices, cfg.Now},
	}}
	s.jobsCtx, s.stopJobs = context.WithCancel(context.Background())
	var err error
	if s.assets, err = fs.Sub(embedded, "assets"); err != nil {
		return nil, err
	}
	if s.sum, err = sumOf(s.assets); err != nil {
		return nil, err
	}
	functions := template.FuncMap{"asset": cfg.Asset, "own": s.assetURL, "cardOf": cardOf, "day": dayOf, "moment": momentOf, "json": indented, "zh": Chinese, "action": actionName}
	s.pages, err = template.New("").Funcs(functions).ParseFS(embedded, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse the staff's pages: %w", err)
	}
	return s, nil
}

// Close ends the jobs that run and waits for them.
func (s *Server) Close() {
	s.stopJobs()
	s.jobs.Wait()
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
	Nav      []navItem
	Earlier  string // when and from where the last login was
}

// navItem leads to a page that the visitor may use.
type navItem struct {
	Path, Name string
	Here       bool
}

func (s *Server) layout(r *http.Request, title string) layout {
	l := layout{Title: title, SiteName: s.cfg.SiteName}
	v, err := s.visit(r)
	if err != nil {
		return l
	}
	l.Name, l.CSRF = v.name, v.csrf
	if v.login.PasswordExpired(s.cfg.Now()) {
		return l
	}
	for _, item := range navigation {
		if v.is(item.who...) {
			l.Nav = append(l.Nav, navItem{item.path, item.name, isBelow(r.URL.Path, item.path)})
		}
	}
	if e := v.account.EarlierLogin; !e.At.IsZero() {
		l.Earlier = "上次登录：" + momentOf(e.At) + "，" + e.Address
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

func (s *Server) noPage(w http.ResponseWriter, r *http.Request) {
	s.message(w, r, http.StatusNotFound, "没有找到这个页面，请检查网址是否正确。")
}

// failed tells of a fault of ours, or what a person can do about it.
func (s *Server) failed(w http.ResponseWriter, r *http.Request, doing string, err error) {
	var p review.Problem
	switch {
	case errors.As(err, &p):
		s.message(w, r, http.StatusConflict, string(p))
	case errors.Is(err, review.ErrOwn):
		s.message(w, r, http.StatusForbidden, "不能审核自己提交的修改，请由另一位审核人员办理。")
	case errors.Is(err, review.ErrDecided):
		s.message(w, r, http.StatusConflict, "这项修改已经办理过了，请刷新后查看。")
	case errors.Is(err, retrieval.ErrNotFound) || errors.Is(err, faq.ErrNotFound):
		s.noPage(w, r)
	default:
		if r.Context().Err() == nil {
			s.cfg.Log.Error("staff: "+doing, "err", err)
		}
		s.message(w, r, http.StatusInternalServerError, "操作没有完成，请稍后再试；如果一直如此，请联系系统管理员。")
	}
}
