package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"zhiwen/ingest"
	"zhiwen/retrieval"
)

// Pictures shows pages of stored files as they look, numbered from 1. It fails
// with retrieval.ErrNotFound, or with ingest.ErrBusy when too many are asked
// for.
type Pictures interface {
	Page(ctx context.Context, doc string, number int) (*ingest.Picture, error)
}

// maxZoom is how many times as large as its column a page is shown at most.
const maxZoom = 3

type pictureView struct {
	layout
	Doc        retrieval.Document
	Number     int
	Text       []string // of the page: before the passage, the passage, after it
	Marked     bool     // a passage was asked for
	Marks      []mark
	Picture    *ingest.Picture
	Image      string // where the picture lies
	Back       string // to the text
	Previous   string
	Next       string
	GoesOn     bool // the passage, on the next page
	Recognised bool
	Notice     string
	Zoom       int
	Zooms      []zoom
}

// mark is a box around a passage, in pixels of the picture.
type mark struct{ X, Y, Width, Height int }

type zoom struct {
	Name, URL string
	Current   bool
}

// picturePage shows a page of a document's file with a passage marked.
func (s *Server) picturePage(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Robots-Tag", "noindex")
	doc, number, ok := s.pageAsked(w, r)
	if !ok {
		return
	}
	drawn, err := s.cfg.Pictures.Page(r.Context(), doc.ID, number)
	if err != nil {
		s.noPicture(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "picture.html", s.pictureView(doc, number, drawn, passageOf(doc, r.URL.Query()), r.URL.Query().Get("zoom")))
}

// pageAsked finds the document and the page that a URL names; if it is not ok
// the visitor was told why.
func (s *Server) pageAsked(w http.ResponseWriter, r *http.Request) (doc retrieval.Document, number int, ok bool) {
	doc, ok = s.stored(w, r)
	if !ok {
		return doc, 0, false
	}
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil || number < 1 || number > len(doc.Pages) || !doc.Pictured || s.cfg.Pictures == nil {
		s.message(w, r, http.StatusNotFound, "没有这一页的图片，请返回查看文字。")
		return doc, 0, false
	}
	return doc, number, true
}

func (s *Server) noPicture(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, retrieval.ErrNotFound):
		s.message(w, r, http.StatusNotFound, "没有这一页的图片，请返回查看文字。")
	case errors.Is(err, ingest.ErrBusy):
		w.Header().Set("Retry-After", "5")
		s.message(w, r, http.StatusServiceUnavailable, "查看图片的人较多，请稍后再试，或返回查看文字。")
	case r.Context().Err() != nil: // nobody is there to be told
	default:
		s.cfg.Log.ErrorContext(r.Context(), "draw page", "err", err)
		s.message(w, r, http.StatusInternalServerError, "这一页的图片暂时无法显示，请返回查看文字。")
	}
}

// picture gives the picture alone. Its version never changes, so that a browser
// that has it is told so, once it is sure that the document may still be shown.
func (s *Server) picture(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Robots-Tag", "noindex")
	doc, number, ok := s.pageAsked(w, r)
	if !ok {
		return
	}
	tag := fmt.Sprintf(`"%s-%d"`, doc.ID, number)
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "private, no-cache")
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	drawn, err := s.cfg.Pictures.Page(r.Context(), doc.ID, number)
	if err != nil {
		w.Header().Del("ETag")
		s.noPicture(w, r, err)
		return
	}
	w.Header().Set("Content-Type", drawn.Type)
	w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
	w.Write(drawn.Image)
}

// passage is a range of a document's text, in bytes; empty if none is asked for.
type passage struct{ start, end int }

// passageOf reads ?start= and ?end=; what is no range of the text is none.
func passageOf(doc retrieval.Document, q url.Values) passage {
	start, startErr := strconv.Atoi(q.Get("start"))
	end, endErr := strconv.Atoi(q.Get("end"))
	if startErr != nil || endErr != nil || start < 0 || start >= end || end > len(doc.Text) {
		return passage{}
	}
	return passage{start, end}
}

func (p passage) asked() bool { return p.end > p.start }

// pageURL is where a page is shown with the passage marked.
func (p passage) pageURL(doc string, number, zoom int) string {
	q := url.Values{}
	if p.asked() {
		q.Set("start", strconv.Itoa(p.start))
		q.Set("end", strconv.Itoa(p.end))
	}
	if zoom > 1 {
		q.Set("zoom", strconv.Itoa(zoom))
	}
	u := url.URL{Path: fmt.Sprintf("/doc/%s/page/%d", doc, number), RawQuery: q.Encode()}
	if p.asked() {
		u.Fragment = "passage"
	}
	return u.String()
}

func (s *Server) pictureView(doc retrieval.Document, number int, drawn *ingest.Picture, p passage, asked string) pictureView {
	size, err := strconv.Atoi(asked)
	if err != nil || size < 1 || size > maxZoom {
		size = 1
	}
	v := pictureView{
		layout: s.layout(fmt.Sprintf("%s 第%d页", titleOf(doc), number)), Doc: doc, Number: number, Marked: p.asked(), Picture: drawn,
		Image: fmt.Sprintf("/doc/%s/page/%d/picture", doc.ID, number), Notice: warning(doc.Meta), Zoom: size,
		Recognised: doc.IsRecognisedPage(number),
	}
	v.Back = fmt.Sprintf("/doc/%s#page%d", doc.ID, number)
	if p.asked() {
		v.Back = fmt.Sprintf("/doc/%s#s%d-%d", doc.ID, p.start, p.end)
		for _, b := range drawn.Boxes(doc, p.start, p.end) {
			v.Marks = append(v.Marks, markOf(b, drawn))
		}
		v.GoesOn = doc.PageAt(p.start) <= number && doc.PageAt(p.end-1) > number
	}
	v.Text = pageText(doc, number, p)
	if number > 1 {
		v.Previous = p.pageURL(doc.ID, number-1, size)
	}
	if number < len(doc.Pages) {
		v.Next = p.pageURL(doc.ID, number+1, size)
	}
	for i := range maxZoom {
		v.Zooms = append(v.Zooms, zoom{Name: []string{"整页", "放大", "再放大"}[i], URL: p.pageURL(doc.ID, number, i+1), Current: i+1 == size})
	}
	return v
}

// markOf leaves a little room around a passage.
func markOf(b ingest.Box, on *ingest.Picture) mark {
	const room = 3
	x, y := int(b.Left*float64(on.Width))-room, int(b.Top*float64(on.Height))-room
	return mark{x, y, int(b.Right*float64(on.Width)) + room - x, int(b.Bottom*float64(on.Height)) + room - y}
}

// pageText is what stands on a page, cut around the part of a passage on it.
func pageText(doc retrieval.Document, number int, p passage) []string {
	from, to := doc.Pages[number-1], len(doc.Text)
	if number < len(doc.Pages) {
		to = doc.Pages[number]
	}
	start, end := min(max(p.start, from), to), min(max(p.end, from), to)
	return []string{doc.Text[from:start], doc.Text[start:end], doc.Text[end:to]}
}
