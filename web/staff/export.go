package staff

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"

	"zhiwen/bot/check"
)

// exportHTML gives a check as one page that needs nothing of ours.
func (s *Server) exportHTML(w http.ResponseWriter, r *http.Request, v visit) {
	c, ok := s.load(w, r, v)
	if !ok {
		return
	}
	var page bytes.Buffer
	if err := s.pages.ExecuteTemplate(&page, "export.html", newResultView(c, false)); err != nil {
		s.cfg.Log.Error("export a check", "err", err)
		s.message(w, r, http.StatusInternalServerError, "没有导出成功，请稍后再试。")
		return
	}
	attach(w, c, "html", "text/html; charset=utf-8")
	w.Write(page.Bytes())
}

// exportDOCX gives a check as a file for Word and WPS.
func (s *Server) exportDOCX(w http.ResponseWriter, r *http.Request, v visit) {
	c, ok := s.load(w, r, v)
	if !ok {
		return
	}
	var file bytes.Buffer
	if err := writeDOCX(&file, newResultView(c, false)); err != nil {
		s.cfg.Log.Error("export a check", "err", err)
		s.message(w, r, http.StatusInternalServerError, "没有导出成功，请稍后再试。")
		return
	}
	attach(w, c, "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
	w.Write(file.Bytes())
}

// attach names the file that follows after the draft.
func attach(w http.ResponseWriter, c check.Saved, extension, contentType string) {
	name := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return -1
		}
		return r
	}, c.Title)
	if name == "" {
		name = "文稿"
	}
	name += "-核对结果." + extension
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Disposition", `attachment; filename="check.`+extension+`"; filename*=UTF-8''`+url.PathEscape(name))
}
