package web

import (
	"net/http"
	"net/url"
	"strconv"

	"zhiwen/bot"
)

// Paths of the two pages on which visitors ask.
const (
	chatPath  = "/"
	elderPath = "/elder"
)

// largestSize is the last step of the size of type on the 长辈版, from 0.
const largestSize = 4

// reader is how a visitor wants pages to be shown. It stands in addresses, so
// that it holds without scripts and on the page that a link leads to.
type reader struct {
	Script bot.Script // never empty
	Size   int        // of type on the 长辈版, 0 to largestSize
	Site   string     // origin of the page that shows ours in a frame, if any
}

func (s *Server) readerOf(r *http.Request) reader {
	query := r.URL.Query()
	reads := reader{Script: bot.ScriptHans, Site: s.frameOf(r)}
	if bot.Script(query.Get("script")) == bot.ScriptHant {
		reads.Script = bot.ScriptHant
	}
	if size, err := strconv.Atoi(query.Get("size")); err == nil {
		reads.Size = min(max(size, 0), largestSize)
	}
	return reads
}

// URL is the address of a page for this reader, with pairs of a name and a
// value in its query; empty values are left out.
func (r reader) URL(path string, pairs ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	if r.Script == bot.ScriptHant {
		query.Set("script", string(r.Script))
	}
	if r.Site != "" {
		query.Set("site", r.Site)
	}
	if r.Size > 0 {
		query.Set("size", strconv.Itoa(r.Size))
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// In gives the reader of another script.
func (r reader) In(script bot.Script) reader { r.Script = script; return r }

// Sized gives the reader of a larger or smaller type.
func (r reader) Sized(by int) reader {
	r.Size = min(max(r.Size+by, 0), largestSize)
	return r
}

// Smallest and Largest report whether type can be made smaller or larger.
func (r reader) Smallest() bool { return r.Size == 0 }
func (r reader) Largest() bool  { return r.Size == largestSize }
