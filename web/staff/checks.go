package staff

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"zhiwen/bot/check"
	"zhiwen/ingest"
	"zhiwen/retrieval"
)

// Limits of one check.
const (
	// maxUpload bounds a form with its files.
	maxUpload = 64 << 20
	// maxDraft bounds the text, in bytes: some 300,000 characters.
	maxDraft = 1 << 20
	// maxMaterials files are compared before the collection.
	maxMaterials = 10
	// maxNote bounds a reason, in characters.
	maxNote = 200
	// formMemory of an upload is held in memory, the rest in files of the
	// system's folder for such, gone with the request.
	formMemory = 8 << 20
	// uploadTime is what sending a form may take.
	uploadTime = 5 * time.Minute
)

// problem is a sentence for the one who sent a form.
type problem string

func (p problem) Error() string { return string(p) }

// readForm reads a form with its files.
func (s *Server) readForm(w http.ResponseWriter, r *http.Request) error {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadTime)) // where it cannot be set, the server's own holds
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
	err := r.ParseMultipartForm(formMemory)
	if errors.Is(err, http.ErrNotMultipart) {
		err = r.ParseForm()
	}
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return problem(fmt.Sprintf("上传的文件合计不能超过%dMB。", maxUpload>>20))
	}
	if err != nil {
		return problem("表单没有完整送达，请重试。")
	}
	return nil
}

type startView struct {
	layout
	Problem string
	Checks  []check.Summary
	KeepFor string // "30天", or "" where nothing is stored
	Text    string
	Period  string
}

func (s *Server) startPage(w http.ResponseWriter, r *http.Request, v visit) {
	s.startForm(w, r, v, http.StatusOK, startView{})
}

func (s *Server) startForm(w http.ResponseWriter, r *http.Request, v visit, status int, view startView) {
	list, err := s.cfg.Book.Checks(r.Context(), v.name, s.cfg.Now())
	if err != nil {
		s.cfg.Log.Error("list checks", "err", err)
		view.Problem = "暂时无法列出以往的核对，请稍后再试。"
	}
	view.layout, view.Checks, view.KeepFor = s.layout(r, "文稿核对"), list, s.keepFor()
	s.render(w, r, status, "start.html", view)
}

func (s *Server) keepFor() string {
	if _, ok := s.cfg.Book.(*memory); ok {
		return ""
	}
	if days := int(s.cfg.Keep / (24 * time.Hour)); days > 0 {
		return strconv.Itoa(days) + "天"
	}
	return strconv.Itoa(max(int(s.cfg.Keep/time.Hour), 1)) + "小时"
}

// begin checks what was sent. A script gets its progress as lines of JSON, a
// browser without scripts the result.
func (s *Server) begin(w http.ResponseWriter, r *http.Request, v visit) {
	defer forget(r)
	d, err := s.draft(r)
	if err != nil {
		s.refuse(w, r, v, err)
		return
	}
	s.run(w, r, v, d)
}

func forget(r *http.Request) {
	if r.MultipartForm != nil {
		_ = r.MultipartForm.RemoveAll() // what is left the system removes
	}
}

// draft reads the draft of a form: a file, or else the pasted text.
func (s *Server) draft(r *http.Request) (check.Draft, error) {
	d := check.Draft{Text: strings.ReplaceAll(r.FormValue("text"), "\r\n", "\n"), Period: strings.TrimSpace(r.FormValue("period"))}
	if d.Period != "" && !regexp.MustCompile(`^(?:19|20)\d\d$`).MatchString(d.Period) {
		return d, problem("“文稿所属年度”请填四位年份，如2024，或留空。")
	}
	files, err := s.uploads(r, "file", 1)
	if err != nil {
		return d, err
	}
	if len(files) == 1 {
		d.Title, d.Text = files[0].Title, files[0].Text
	} else if strings.TrimSpace(d.Text) != "" {
		d.Title = ingest.DraftOf("粘贴的文字", ingest.Page{Text: d.Text}).Title
	}
	switch {
	case strings.TrimSpace(d.Text) == "":
		return d, problem("请粘贴文稿，或选择一个文件。")
	case !utf8.ValidString(d.Text):
		return d, problem("文稿不是有效的文字，请另存为UTF-8文本、DOCX或PDF后再试。")
	case len(d.Text) > maxDraft:
		return d, problem(fmt.Sprintf("文稿超过%d万字，请分成几份核对。", maxDraft/3/10000))
	}
	d.Materials, err = s.uploads(r, "with", maxMaterials)
	return d, err
}

// uploads reads the files of a field.
func (s *Server) uploads(r *http.Request, field string, most int) ([]retrieval.Document, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	var headers []*multipart.FileHeader
	for _, h := range r.MultipartForm.File[field] {
		if h.Size > 0 || h.Filename != "" {
			headers = append(headers, h)
		}
	}
	if len(headers) > most {
		return nil, problem(fmt.Sprintf("一次最多上传%d个文件。", most))
	}
	docs := make([]retrieval.Document, 0, len(headers))
	for _, h := range headers {
		name := path.Base(strings.ReplaceAll(h.Filename, `\`, "/"))
		b, err := readUpload(h)
		if err != nil {
			return nil, problem("文件“" + name + "”没有完整送达，请重新选择。")
		}
		doc, err := s.cfg.Drafts.Read(r.Context(), name, b)
		switch {
		case errors.Is(err, ingest.ErrFormat):
			return nil, problem("文件“" + name + "”的格式不能核对，请用DOCX、PDF、WPS、OFD或文本文件。")
		case errors.Is(err, ingest.ErrEmpty):
			return nil, problem("文件“" + name + "”里没有可核对的文字，可能是空文件或扫描图片。")
		case err != nil:
			return nil, problem("文件“" + name + "”读不出来，可能已损坏或加密，请另存一份再试。")
		}
		docs = append(docs, doc)
	}
	return docs, nil
}

func readUpload(h *multipart.FileHeader) ([]byte, error) {
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// wantsProgress tells a script from a browser's own form.
func wantsProgress(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "application/x-ndjson")
}

// refuse says what is wrong with a form.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, v visit, err error) {
	var p problem
	if !errors.As(err, &p) {
		s.cfg.Log.Error("check failed", "err", err)
		p = "核对没有完成，请稍后再试。"
	}
	if wantsProgress(r) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(http.StatusUnprocessableEntity)
		writeLine(w, map[string]any{"problem": p})
		return
	}
	s.startForm(w, r, v, http.StatusUnprocessableEntity, startView{Problem: string(p), Text: r.FormValue("text"), Period: r.FormValue("period")})
}

func writeLine(w io.Writer, v any) {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v) // a reader that is gone needs no answer
}

// run checks a draft, keeps what was found and leads to it.
func (s *Server) run(w http.ResponseWriter, r *http.Request, v visit, d check.Draft) {
	tell := func(any) {}
	if wantsProgress(r) {
		w.Header().Set("Content-Type", "application/x-ndjson; charset=utf-8")
		w.Header().Set("X-Accel-Buffering", "no") // nginx would hold the lines back
		flush := http.NewResponseController(w)
		tell = func(v any) {
			writeLine(w, v)
			_ = flush.Flush()
		}
	}
	report, err := s.check(r.Context(), d, func(done, all int) { tell(map[string]int{"done": done, "all": all}) })
	var id string
	if err == nil {
		id, err = s.keep(r.Context(), v, d, report, splitNames(r.FormValue("readers")))
	}
	switch {
	case err == nil && wantsProgress(r):
		tell(map[string]string{"url": "/staff/check/" + id})
	case err == nil:
		http.Redirect(w, r, "/staff/check/"+id, http.StatusSeeOther)
	case wantsProgress(r):
		if r.Context().Err() == nil {
			s.cfg.Log.Error("check failed", "err", err)
		}
		tell(map[string]string{"problem": "核对没有完成，请稍后再试。"})
	default:
		s.refuse(w, r, v, err)
	}
}

// check waits for its turn and runs.
func (s *Server) check(ctx context.Context, d check.Draft, progress func(done, all int)) (check.Report, error) {
	select {
	case s.running <- struct{}{}:
		defer func() { <-s.running }()
	case <-ctx.Done():
		return check.Report{}, ctx.Err()
	}
	return s.cfg.Checker.Check(ctx, d, progress)
}

func (s *Server) keep(ctx context.Context, v visit, d check.Draft, report check.Report, readers []string) (string, error) {
	now := s.cfg.Now()
	c := check.Saved{
		ID: strings.ToLower(rand.Text()), Owner: v.name, Readers: readers, Title: d.Title,
		Created: now.UTC(), Expires: now.Add(s.cfg.Keep).UTC(), Draft: d.Text, Report: report, Notes: map[int]check.Note{},
	}
	return c.ID, s.cfg.Book.SaveCheck(ctx, c)
}

func splitNames(list string) []string {
	names := strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune("，,、；; \t\n", r) })
	slices.Sort(names)
	return slices.Compact(names)
}

// load gives the check that a URL names, if the visitor may see it; if it is
// not ok the visitor was told so. What others may not see is not there.
func (s *Server) load(w http.ResponseWriter, r *http.Request, v visit) (c check.Saved, ok bool) {
	c, err := s.cfg.Book.LoadCheck(r.Context(), r.PathValue("id"), s.cfg.Now())
	switch {
	case err == nil && c.VisibleTo(v.name):
		return c, true
	case err == nil || errors.Is(err, retrieval.ErrNotFound):
		s.message(w, r, http.StatusNotFound, "没有找到这次核对，可能已到期删除，或没有授权给您查看。")
	default:
		s.cfg.Log.Error("load check", "err", err)
		s.message(w, r, http.StatusInternalServerError, "暂时无法打开这次核对，请稍后再试。")
	}
	return check.Saved{}, false
}

// owned is load for what only the owner may do.
func (s *Server) owned(w http.ResponseWriter, r *http.Request, v visit) (c check.Saved, ok bool) {
	if c, ok = s.load(w, r, v); ok && c.Owner != v.name {
		s.message(w, r, http.StatusForbidden, "只有发起核对的人可以这样做。")
		return c, false
	}
	return c, ok
}

// note keeps a decision on a segment; an empty one takes it back.
func (s *Server) note(w http.ResponseWriter, r *http.Request, v visit) {
	c, ok := s.load(w, r, v)
	if !ok {
		return
	}
	n, err := strconv.Atoi(r.FormValue("segment"))
	decision, why := check.Decision(r.FormValue("decision")), strings.TrimSpace(r.FormValue("why"))
	switch {
	case err != nil || n < 0 || n >= len(c.Report.Segments):
		s.message(w, r, http.StatusBadRequest, "没有这一句，请刷新页面后再试。")
		return
	case decision == check.Ignored && why == "":
		s.message(w, r, http.StatusUnprocessableEntity, "忽略时请写明理由。")
		return
	case utf8.RuneCountInString(why) > maxNote:
		s.message(w, r, http.StatusUnprocessableEntity, fmt.Sprintf("理由不能超过%d字。", maxNote))
		return
	case decision == check.Accepted || decision == check.Ignored:
		if c.Notes == nil {
			c.Notes = map[int]check.Note{}
		}
		c.Notes[n] = check.Note{Decision: decision, Why: why, By: v.name, At: s.cfg.Now().UTC()}
	case decision == "":
		delete(c.Notes, n)
	default:
		s.message(w, r, http.StatusBadRequest, "没有这种处理方式。")
		return
	}
	s.save(w, r, c, fmt.Sprintf("#s%d", n))
}

func (s *Server) save(w http.ResponseWriter, r *http.Request, c check.Saved, fragment string) {
	if err := s.cfg.Book.SaveCheck(r.Context(), c); err != nil {
		s.cfg.Log.Error("save check", "err", err)
		s.message(w, r, http.StatusInternalServerError, "没有保存成功，请稍后再试。")
		return
	}
	if r.Header.Get("X-CSRF-Token") != "" { // a script: it shows the change itself
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Redirect(w, r, "/staff/check/"+c.ID+fragment, http.StatusSeeOther)
}

func (s *Server) readers(w http.ResponseWriter, r *http.Request, v visit) {
	c, ok := s.owned(w, r, v)
	if !ok {
		return
	}
	c.Readers = splitNames(r.FormValue("readers"))
	s.save(w, r, c, "")
}

// again checks the same draft with further files: what it cites and was
// missing.
func (s *Server) again(w http.ResponseWriter, r *http.Request, v visit) {
	c, ok := s.owned(w, r, v)
	if !ok {
		return
	}
	defer forget(r)
	materials, err := s.uploads(r, "with", maxMaterials)
	if err == nil && len(materials) == 0 {
		err = problem("请先选择要补充的文件。")
	}
	if err != nil {
		var p problem
		if !errors.As(err, &p) {
			p = "文件没有读出来，请重试。"
		}
		s.message(w, r, http.StatusUnprocessableEntity, string(p))
		return
	}
	d := check.Draft{Title: c.Title, Text: c.Draft, Period: c.Report.Period, Materials: materials}
	s.run(w, r, v, d)
}

func (s *Server) remove(w http.ResponseWriter, r *http.Request, v visit) {
	c, ok := s.owned(w, r, v)
	if !ok {
		return
	}
	if err := s.cfg.Book.DeleteCheck(r.Context(), c.ID); err != nil && !errors.Is(err, retrieval.ErrNotFound) {
		s.cfg.Log.Error("delete check", "err", err)
		s.message(w, r, http.StatusInternalServerError, "没有删除成功，请稍后再试。")
		return
	}
	http.Redirect(w, r, "/staff/check", http.StatusSeeOther)
}
