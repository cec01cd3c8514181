package staff

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"

	"zhiwen/bot/check"
	"zhiwen/ingest"
	"zhiwen/retrieval"
)

// refusal is what the interface answers when it does not check.
type refusal struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// checkBody is the body of POST /api/v1/check. Materials are texts that are
// compared before the collection.
type checkBody struct {
	Text      string `json:"text"`
	Title     string `json:"title"`
	Period    string `json:"period"`
	Materials []struct {
		Title string `json:"title"`
		Text  string `json:"text"`
	} `json:"materials"`
}

// api answers POST /api/v1/check: nothing of it is kept.
func (s *Server) api(w http.ResponseWriter, r *http.Request) {
	if _, ok := s.bearer(w, r); !ok {
		return
	}
	d, err := decodeCheck(http.MaxBytesReader(w, r.Body, 8*maxDraft))
	var p problem
	if errors.As(err, &p) {
		writeJSON(w, http.StatusBadRequest, refusal{"bad_request", string(p)})
		return
	}
	report, err := s.check(r.Context(), d, nil)
	if err != nil {
		if r.Context().Err() == nil {
			s.cfg.Log.Error("check failed", "err", err)
		}
		writeJSON(w, http.StatusInternalServerError, refusal{"failed", "核对没有完成，请稍后再试。"})
		return
	}
	writeJSON(w, http.StatusOK, report)
}

// decodeCheck reads and checks a body; a problem says what is wrong.
func decodeCheck(body io.Reader) (check.Draft, error) {
	var b checkBody
	err := json.NewDecoder(body).Decode(&b)
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return check.Draft{}, problem("请求内容过大。")
	}
	switch {
	case err != nil:
		return check.Draft{}, problem(`请求应为JSON，例如{"text":"文稿"}。`)
	case strings.TrimSpace(b.Text) == "":
		return check.Draft{}, problem("text应为要核对的文稿。")
	case len(b.Text) > maxDraft:
		return check.Draft{}, problem(fmt.Sprintf("text不能超过%d字节。", maxDraft))
	case b.Period != "" && !regexp.MustCompile(`^(?:19|20)\d\d$`).MatchString(b.Period):
		return check.Draft{}, problem("period应为四位年份，如2024。")
	case len(b.Materials) > maxMaterials:
		return check.Draft{}, problem(fmt.Sprintf("materials最多%d份。", maxMaterials))
	}
	d := check.Draft{Title: b.Title, Text: b.Text, Period: b.Period, Materials: make([]retrieval.Document, len(b.Materials))}
	if d.Title == "" {
		d.Title = ingest.DraftOf("文稿", ingest.Page{Text: b.Text}).Title
	}
	for i, m := range b.Materials {
		page := ingest.Page{Text: m.Text}
		page.Meta.Title = m.Title
		d.Materials[i] = ingest.DraftOf(fmt.Sprintf("对照材料%d", i+1), page)
	}
	return d, nil
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	writeLine(w, v)
}
