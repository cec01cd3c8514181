// Package web is the face of the product: the WebSocket conversation, the HTTP
// interface, the chat page and the page of a stored document. It knows how
// questions and answers travel, not how an answer is found: an Asker does
// that, and a store behind small interfaces keeps what must outlive a
// connection.
//
// Ownership. A conversation (conversation.go) owns its running answer; the hub
// (hub.go) owns all conversations and waits for all answers; a connection
// (conn.go) owns its socket and only borrows a conversation. An answer never
// hangs on the connection that asked for it: that one may drop, and another
// may come and hear the rest.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"zhiwen/bot"
	"zhiwen/retrieval"
	"zhiwen/web/mount"
	"zhiwen/web/staff"
)

// Asker answers one question. The sink may be nil.
type Asker interface {
	Ask(ctx context.Context, r bot.Request, s bot.Sink) (bot.Answer, error)
}

// Documents gives stored texts, superseded versions too. It fails with
// retrieval.ErrNotFound, or retrieval.ErrGone for what was withdrawn.
type Documents interface {
	Document(ctx context.Context, id string) (retrieval.Document, error)
}

// Sessions keeps who may go on with which conversation. Session fails with
// retrieval.ErrNotFound.
type Sessions interface {
	CreateSession(ctx context.Context, s bot.Session) error
	Session(ctx context.Context, id string) (bot.Session, error)
}

// Events keeps the frames of a session so that a connection that was cut can
// have them again. EventsAfter gives those with a greater Seq, in order.
type Events interface {
	AppendEvents(ctx context.Context, sessionID string, events []bot.Event) error
	EventsAfter(ctx context.Context, sessionID string, seq int64) ([]bot.Event, error)
}

// Turns keeps what was asked and answered. Turns gives the last ones, oldest
// first.
type Turns interface {
	AppendTurn(ctx context.Context, sessionID string, t bot.Turn) error
	// ForgetSession takes the words out of a conversation.
	ForgetSession(ctx context.Context, id string) error
	Turns(ctx context.Context, sessionID string, last int) ([]bot.Turn, error)
}

// FeedbackBook takes visitors' judgements.
type FeedbackBook interface {
	AddFeedback(ctx context.Context, f bot.Feedback) error
}

// Store is all that conversations need to have kept.
type Store interface {
	Sessions
	Events
	Turns
	FeedbackBook
}

// Status is what /readyz tells.
type Status struct {
	Mode      string `json:"mode"` // "hybrid" or "words"
	Documents int    `json:"documents"`
	Chunks    int    `json:"chunks"`
	// Updated is when the collection was last brought up to date: the end of the
	// last complete crawl, or else its last change.
	Updated time.Time `json:"updated,omitzero"`
	// Sites are those that are crawled.
	Sites []SiteStatus `json:"sites,omitempty"`
}

// SiteStatus says how fresh what a site has given is.
type SiteStatus struct {
	Site         string    `json:"site"`
	LastComplete time.Time `json:"last_complete,omitzero"` // when the last complete crawl ended; zero: none has
	Stale        bool      `json:"stale"`                  // that is more than three days ago
}

// Page is what an operator sets about the visitors' pages.
type Page struct {
	SiteName string  // whose documents these are; may be empty
	Phone    string  // of the people to turn to; "12345" when empty
	Notice   string  // what the answers are, always visible; has a default
	Imprint  Imprint // what stands at the foot of pages
	// Generated says that answers may be in the words of a model: the notice then
	// says so by default.
	Generated bool
	Samples   []string // questions to begin with
	// About is the county's own text for /about, see ParseAbout.
	About []Section
}

// Config is what a Server is made of. Asker, Documents, Store and Status must
// be given.
type Config struct {
	Asker     Asker
	Documents Documents
	Store     Store
	// Unread counts the questions that were not read for in time; nil: nobody
	// reads.
	Unread func() int64
	// Relations lead pages and their files to each other; nil: they do not.
	Relations Relations
	Pictures  Pictures // nil: documents are shown as text only
	// Catalogue lists what can be chosen or is suggested; nil: nothing.
	Catalogue Catalogue
	Voice     Voice // nil: only what the browser can do by itself
	Status    func(context.Context) (Status, error)
	Page      Page
	// Origins are further sites whose pages may open /ws, as browsers write
	// them: "https://www.example.gov.cn".
	Origins []string
	// Public is where visitors find this server. The zero value is the root of
	// the host that a request names.
	Public mount.Point
	// Sites are the origins of the sites whose pages may show the chat in a
	// frame, as the widget does: "https://www.example.gov.cn". Our own pages may
	// always.
	Sites []string
	// County is a site of its own to see the widget on, below /site/; nil: none.
	County http.Handler
	// Proxies are the addresses whose X-Forwarded-For is believed.
	Proxies []netip.Prefix
	// Receipts are those of answers; nil: there are none.
	Receipts Receipts
	// Staff serves what is for the staff alone; nil: there is nothing of it.
	// Asset, ClientIP, SiteName, Log and Now are set to the server's own.
	Staff *staff.Config
	// Apart: the staff's pages are served by ServeStaff, and not by Serve.
	Apart bool
	Log   *slog.Logger     // slog.Default when nil
	Now   func() time.Time // time.Now when nil
}

const (
	defaultPhone  = "12345"
	defaultNotice = "回答摘自已公开的政府文件原文，仅供参考，请以正式文件和部门答复为准。"
	// generatedNotice has the words that GB 45438-2025 wants: 人工智能 and 生成.
	generatedNotice = "智能问答，内容由人工智能生成，仅供参考，以正式文件和部门答复为准。"
)

func (c Config) withDefaults() Config {
	if c.Page.Phone == "" {
		c.Page.Phone = defaultPhone
	}
	if c.Page.Notice == "" {
		c.Page.Notice = defaultNotice
		if c.Page.Generated {
			c.Page.Notice = generatedNotice
		}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

func (c Config) validate() error {
	switch {
	case c.Asker == nil:
		return errors.New("web: Config.Asker is not set")
	case c.Documents == nil:
		return errors.New("web: Config.Documents is not set")
	case c.Store == nil:
		return errors.New("web: Config.Store is not set")
	case c.Status == nil:
		return errors.New("web: Config.Status is not set")
	}
	if err := checkSites(c.Sites); err != nil {
		return fmt.Errorf("web: %w", err)
	}
	return nil
}

// Server serves everything a visitor sees.
type Server struct {
	cfg     Config
	hub     *hub
	conns   *connections
	gate    *gate
	assets  *assets
	views   *views
	staff   *staff.Server // nil: none
	widget  *widget
	http    *http.Server
	inside  *http.Server // where the staff's pages are apart
	shelf   *shelf
	metrics *metrics
}

// New makes a server; Serve or an http.Server of the caller's runs it.
func New(cfg Config) (*Server, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	assets, err := newAssets()
	if err != nil {
		return nil, fmt.Errorf("read embedded assets: %w", err)
	}
	views, err := newViews(assets)
	if err != nil {
		return nil, fmt.Errorf("parse page templates: %w", err)
	}
	widget, err := newWidget(cfg.Sites)
	if err != nil {
		return nil, fmt.Errorf("make the widget: %w", err)
	}
	conns := newConnections()
	metrics := newMetrics(cfg, conns.count)
	cfg.Asker = measured{cfg.Asker, metrics, cfg.Now}
	s := &Server{
		cfg:     cfg,
		hub:     newHub(cfg.Asker, cfg.Store, cfg.Log, cfg.Now, metrics.refuse),
		conns:   conns,
		gate:    newGate(cfg.Now, metrics.refuse),
		metrics: metrics,
		assets:  assets,
		views:   views,
		shelf:   &shelf{catalogue: cfg.Catalogue, questions: cfg.Page.Samples, now: cfg.Now},
		widget:  widget,
	}
	if err := s.addStaff(); err != nil {
		return nil, err
	}
	s.http, s.inside = s.server(s.handler(!cfg.Apart)), s.server(s.handler(true))
	return s, nil
}

// server is one with limits of time that fit our answers.
func (s *Server) server(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h,
		// A header is one packet; whoever needs longer only holds a socket.
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		// The longest an answer may take, and time to send it.
		WriteTimeout:   maxTurns*answerLimit + 10*time.Second,
		IdleTimeout:    2 * time.Minute,
		MaxHeaderBytes: 16 << 10,
		BaseContext:    func(net.Listener) context.Context { return s.hub.ctx },
		ErrorLog:       slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelWarn),
	}
}

// addStaff makes the staff's pages.
func (s *Server) addStaff() error {
	if s.cfg.Staff == nil {
		return nil
	}
	cfg := *s.cfg.Staff
	cfg.Asset, cfg.SiteName, cfg.Log, cfg.Now = s.assets.url, s.cfg.Page.SiteName, s.cfg.Log, s.cfg.Now
	cfg.ClientIP = func(r *http.Request) string { return clientIP(r, s.cfg.Proxies) }
	made, err := staff.New(cfg)
	if err != nil {
		return err
	}
	s.staff = made
	return nil
}

// noStaff answers where nobody is let in.
func (s *Server) noStaff(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusUnauthorized, &refusal{Code: "unauthorized", Message: "本接口仅供工作人员使用，目前没有启用。"})
}

// Handler is the server's whole surface.
func (s *Server) Handler() http.Handler { return s.handler(true) }

func (s *Server) handler(withStaff bool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.framed(s.chatPage))
	mux.HandleFunc("POST /{$}", s.framed(s.askOnPage(chatPath)))
	mux.HandleFunc("GET "+elderPath, s.framed(s.elderPage))
	mux.HandleFunc("POST "+elderPath, s.framed(s.askOnPage(elderPath)))
	mux.HandleFunc("GET /qr.svg", s.qrCode)
	mux.HandleFunc("POST /api/v1/feedback", s.apiFeedback)
	mux.HandleFunc("POST /api/v1/forget", s.apiForget)
	mux.HandleFunc("POST /api/v1/suggest", s.apiSuggest)
	mux.HandleFunc("POST /api/v1/speech", s.apiSpeak)
	mux.HandleFunc("POST /api/v1/transcribe", s.apiTranscribe)
	mux.Handle("GET /widget.js", s.widget.script)
	mux.Handle("GET /widget.css", s.widget.style)
	mux.HandleFunc("GET /about", s.aboutPage)
	mux.HandleFunc("GET /receipt/{id}", s.receiptPage)
	mux.HandleFunc("GET /doc/{id}", s.documentPage)
	mux.HandleFunc("GET /doc/{id}/page/{number}", s.picturePage)
	mux.HandleFunc("GET /doc/{id}/page/{number}/picture", s.picture)
	mux.HandleFunc("GET /ws", s.webSocket)
	mux.HandleFunc("POST /api/v1/ask", s.apiAsk)
	mux.HandleFunc("GET /api/v1/openapi.json", s.openAPI)
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.HandleFunc("GET /metrics", s.metrics.handler(s))
	mux.HandleFunc("GET /assets/{sum}/{name}", s.assets.serve)
	if s.staff != nil && withStaff {
		inside := s.staff.Handler()
		for _, pattern := range []string{"GET /staff/", "POST /staff/", "POST /api/v1/check", "GET /api/v1/staff/", "POST /api/v1/staff/"} {
			mux.Handle(pattern, inside)
		}
	} else {
		mux.HandleFunc("GET /staff/", s.noPage)
		mux.HandleFunc("POST /staff/", s.noPage)
		for _, pattern := range []string{"POST /api/v1/check", "GET /api/v1/staff/", "POST /api/v1/staff/"} {
			mux.HandleFunc(pattern, s.noStaff)
		}
	}
	mux.HandleFunc("GET /", s.noPage)
	if s.cfg.County != nil {
		mux.Handle("GET /site/", s.cfg.County)
	}
	return s.cfg.Public.Under(secure(mux))
}

// Serve answers requests on l until Shutdown; it then returns nil.
func (s *Server) Serve(l net.Listener) error {
	if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve on %s: %w", l.Addr(), err)
	}
	return nil
}

// Recheck asks the questions again that a changed source touches, see
// staff.Server.
func (s *Server) Recheck(ctx context.Context) (int, error) {
	if s.staff == nil {
		return 0, nil
	}
	return s.staff.Recheck(ctx)
}

// ServeStaff serves everything, the staff's pages among it, on l until
// Shutdown; for an address that the public cannot reach.
func (s *Server) ServeStaff(l net.Listener) error {
	if err := s.inside.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the staff on %s: %w", l.Addr(), err)
	}
	return nil
}

// Shutdown takes no more questions, lets running answers finish until ctx
// ends, cancels the rest, and returns when every connection is closed. A
// canceled answer is kept and delivered as far as it had come.
func (s *Server) Shutdown(ctx context.Context) error {
	s.hub.drain()
	err := s.hub.wait(ctx)
	s.conns.closeAll()
	for _, server := range []*http.Server{s.http, s.inside} {
		if httpErr := server.Shutdown(ctx); httpErr != nil {
			err = errors.Join(err, httpErr, server.Close())
		}
	}
	if s.staff != nil {
		s.staff.Close()
	}
	return err
}

// contentPolicy lets pages load their own files and nothing else; there is no
// inline script or style to allow, and no way from a string to markup.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'"

func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(self)")
		next.ServeHTTP(w, r)
	})
}
