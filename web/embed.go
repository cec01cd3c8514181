package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

//go:embed widget
var widgetFiles embed.FS

// widget is what other sites load: one script that needs nothing else, and its
// style sheet for browsers that cannot take one from a script.
type widget struct{ script, style embeddedFile }

// embeddedFile is served under a name that stays, and so by its checksum.
type embeddedFile struct {
	data []byte
	tag  string
	kind string
}

// newWidget puts the style sheet and the sites that may show the chat into the
// script.
func newWidget(sites []string) (*widget, error) {
	script, err := widgetFiles.ReadFile("widget/widget.js")
	if err != nil {
		return nil, err
	}
	style, err := widgetFiles.ReadFile("widget/widget.css")
	if err != nil {
		return nil, err
	}
	if sites == nil {
		sites = []string{}
	}
	for _, part := range []struct {
		place string
		value any
	}{{`"{widget.css}"`, string(style)}, {`"{sites}"`, sites}} {
		value, err := json.Marshal(part.value)
		if err != nil {
			return nil, err
		}
		if bytes.Count(script, []byte(part.place)) != 1 {
			return nil, fmt.Errorf("widget.js has no single place %s", part.place)
		}
		script = bytes.Replace(script, []byte(part.place), value, 1)
	}
	return &widget{newFile(script, "text/javascript; charset=utf-8"), newFile(style, "text/css; charset=utf-8")}, nil
}

func newFile(data []byte, kind string) embeddedFile {
	sum := sha256.Sum256(data)
	return embeddedFile{data, `"` + hex.EncodeToString(sum[:6]) + `"`, kind}
}

// ServeHTTP lets a page use the file it has for ten minutes, and for a day while
// it asks for a newer one: nobody waits for it twice.
func (f embeddedFile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("ETag", f.tag)
	h.Set("Cache-Control", "public, max-age=600, stale-while-revalidate=86400")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.data))
}

// framed lets the sites that may do so, and our own pages, show a page in a
// frame. Which page that is stands in its address, so that the chat knows whom
// it may talk to; whether it is one of them the browser checks by
// frame-ancestors, whatever the address says.
func (s *Server) framed(page http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if s.frameOf(r) != "" {
			h := w.Header()
			h.Set("Content-Security-Policy", strings.Replace(contentPolicy, "frame-ancestors 'none'",
				strings.Join(append([]string{"frame-ancestors 'self'"}, s.cfg.Sites...), " "), 1))
			// For sites that are isolated from others: all we load is our own.
			h.Set("Cross-Origin-Embedder-Policy", "require-corp")
			h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		}
		page(w, r)
	}
}

// frameOf gives the origin of the page that shows the requested one in a frame:
// one of the allowed sites or our own. It is empty for a page of its own, and
// for a site that is not allowed.
func (s *Server) frameOf(r *http.Request) string {
	site := r.URL.Query().Get("site")
	if slices.Contains(s.cfg.Sites, site) {
		return site
	}
	u, err := url.Parse(site)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || !strings.EqualFold(hostOf(u.Host), hostOf(r.Host)) {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// checkSites holds the configured sites to what browsers write in Origin.
func checkSites(sites []string) error {
	for _, site := range sites {
		u, err := url.Parse(site)
		switch {
		case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
			return fmt.Errorf("site %q: write it as https://www.example.gov.cn, with https:// or http:// in front", site)
		case site != u.Scheme+"://"+strings.ToLower(u.Host) || u.User != nil:
			return fmt.Errorf("site %q: write only scheme, host and port in lower case, as %s://%s", site, u.Scheme, strings.ToLower(u.Host))
		case u.Scheme == "https" && u.Port() == "443" || u.Scheme == "http" && u.Port() == "80":
			return fmt.Errorf("site %q: leave out the port that goes without saying", site)
		case strings.ContainsAny(u.Host, "*; ,'"):
			return fmt.Errorf("site %q: name each host in full; patterns are not taken", site)
		}
	}
	return nil
}
