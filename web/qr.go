package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/skip2/go-qrcode"
)

// Bounds of the picture by which a visitor goes on on the phone.
const (
	// qrRunes is the longest question that it carries: more would make it too
	// fine for old cameras.
	qrRunes = 60
	// qrScale is the width of a module in the picture's units.
	qrScale = 4
)

// personal are figures that may be a person's: an identity, card or telephone
// number. They never get into an address.
var personal = regexp.MustCompile(`[0-9０-９][0-9０-９Xx\s-]{9,}`)

// qrCode draws the address of a page with a question: /qr.svg?page=/elder&q=….
func (s *Server) qrCode(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	path := chatPath
	if query.Get("page") == elderPath {
		path = elderPath
	}
	text, refused := question(query.Get("q"))
	if refused != nil || utf8.RuneCountInString(text) > qrRunes || personal.MatchString(text) {
		text = ""
	}
	reads := reader{Script: s.readerOf(r).Script} // on the phone there is no frame
	code, err := qrcode.New(s.home(r)+reads.URL(path, "q", text), qrcode.Medium)
	if err != nil {
		s.cfg.Log.Error("draw a QR code", "err", err)
		http.Error(w, refuseFailure.Message, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "no-store")
	w.Write([]byte(qrPicture(code.Bitmap())))
}

// qrPicture draws modules as one path; the white margin is part of the code.
func qrPicture(modules [][]bool) string {
	var path strings.Builder
	for y, row := range modules {
		for x, dark := range row {
			if dark {
				fmt.Fprintf(&path, "M%d %dh%dv%dh-%dz", x*qrScale, y*qrScale, qrScale, qrScale, qrScale)
			}
		}
	}
	side := len(modules) * qrScale
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" shape-rendering="crispEdges">`+
		`<rect width="%d" height="%d" fill="#ffffff"/><path d="%s" fill="#000000"/></svg>`, side, side, side, side, side, side, path.String())
}

// home is where visitors find this server, without a slash at its end: as
// configured, or as they came.
func (s *Server) home(r *http.Request) string {
	return s.cfg.Public.Home(r, r.TLS != nil || s.fromProxy(r) && r.Header.Get("X-Forwarded-Proto") == "https")
}

// fromProxy reports whether a request came through one of our proxies.
func (s *Server) fromProxy(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && slices.ContainsFunc(s.cfg.Proxies, func(p netip.Prefix) bool { return p.Contains(peer.Addr().Unmap()) })
}
