// Package mount lets a site live below a path of a host, https://host/path/,
// as it must behind a gateway that many sites share.
package mount

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Point is where a site is found. The zero value is nowhere in particular: at
// the root of whatever host a request names.
type Point struct {
	Origin string // "https://host", as browsers write it; empty: not known
	Path   string // "/path" without the slash at its end; empty: the root
}

// Parse reads an address as an operator writes it: https://host,
// https://host/path or https://host/path/. Reserved are first segments of paths
// that the site has itself, and that could not be told from the prefix. An empty
// text is the zero Point.
func Parse(text string, reserved ...string) (Point, error) {
	if text == "" {
		return Point{}, nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return Point{}, errors.New("it is no address")
	case u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		return Point{}, errors.New("write it as https://host or https://host/path/")
	case u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return Point{}, errors.New("leave out what is not host and path")
	case !plainPath.MatchString(u.EscapedPath()):
		return Point{}, errors.New("its path may have letters, digits, - and _ between single slashes")
	}
	path := strings.TrimSuffix(u.Path, "/")
	if first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/"); slices.Contains(reserved, first) {
		return Point{}, fmt.Errorf("/%s is a path of our own, take another", first)
	}
	return Point{Origin: u.Scheme + "://" + strings.ToLower(u.Host), Path: path}, nil
}

var plainPath = regexp.MustCompile(`^(?:/[A-Za-z0-9_-]+)*/?$`)

// URL is the site's own address, without a slash at its end; empty: not known.
func (p Point) URL() string {
	if p.Origin == "" {
		return ""
	}
	return p.Origin + p.Path
}

// Home is where visitors find the site, without a slash at its end: the point's
// own address, or else the root of the host that a request names. Secure says
// that the visitor speaks TLS.
func (p Point) Home(r *http.Request, secure bool) string {
	switch {
	case p.Origin != "":
		return p.URL()
	case secure:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// Under gives a handler that serves next below the point. Requests are taken
// with its path, and from a gateway that cuts it off without it; next sees them
// without. What next answers leads below the point: redirections, the paths of
// cookies, and the addresses in HTML.
func (p Point) Under(next http.Handler) http.Handler {
	if p.Path == "" {
		return next
	}
	stripped := http.StripPrefix(p.Path, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == p.Path {
			http.Redirect(w, r, p.Path+"/", http.StatusMovedPermanently)
			return
		}
		serve := next
		if strings.HasPrefix(r.URL.Path, p.Path+"/") {
			serve = stripped
		}
		if r.Header.Get("Upgrade") != "" { // what is spoken then is no HTML
			serve.ServeHTTP(w, r)
			return
		}
		leading := &leading{ResponseWriter: w, path: p.Path}
		serve.ServeHTTP(leading, r)
		leading.finish()
	})
}

// leading is a response whose addresses lead below a path. Pages are held until
// they are complete, everything else goes on as it comes.
type leading struct {
	http.ResponseWriter
	path   string
	begun  bool
	status int
	page   *bytes.Buffer // nil: no HTML
}

// WriteHeader implements http.ResponseWriter.
func (l *leading) WriteHeader(status int) {
	if l.begun {
		return
	}
	h := l.Header()
	if to := h.Get("Location"); strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") {
		h.Set("Location", l.path+to)
	}
	for i, cookie := range h["Set-Cookie"] {
		h["Set-Cookie"][i] = strings.Replace(cookie, "; Path=/", "; Path="+l.path+"/", 1)
	}
	l.begun, l.status = true, status
	if strings.HasPrefix(h.Get("Content-Type"), "text/html") && h.Get("Content-Encoding") == "" {
		h.Del("Content-Length")
		l.page = &bytes.Buffer{}
		return
	}
	l.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (l *leading) Write(data []byte) (int, error) {
	if !l.begun {
		l.WriteHeader(http.StatusOK)
	}
	if l.page != nil {
		return l.page.Write(data)
	}
	return l.ResponseWriter.Write(data)
}

// Unwrap lets an http.ResponseController reach what is below.
func (l *leading) Unwrap() http.ResponseWriter { return l.ResponseWriter }

// Flush implements http.Flusher: a page is sent when it is complete.
func (l *leading) Flush() {
	if f, ok := l.ResponseWriter.(http.Flusher); ok && l.page == nil {
		f.Flush()
	}
}

func (l *leading) finish() {
	if l.page == nil {
		return
	}
	l.ResponseWriter.WriteHeader(l.status)
	_, _ = l.ResponseWriter.Write(addresses.ReplaceAll(l.page.Bytes(), []byte("${1}"+l.path+"/${2}"))) // the visitor may be gone
}

// addresses are the attributes of HTML that hold a path of the site. Text that
// looks like one has no plain quotation mark: html/template escapes it.
var addresses = regexp.MustCompile(`(\s(?:href|src|action|formaction)=")/([^/"][^"]*"|")`)
