package staff

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"zhiwen/bot/records"
	"zhiwen/bot/review"
	"zhiwen/ingest"
	"zhiwen/retrieval"
)

const jobKind = "job"

// Job is work that takes long: it goes on without its page and is found again.
type Job struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Owner string    `json:"owner"`
	State string    `json:"state"` // running, done or failed
	Done  int       `json:"done"`
	All   int       `json:"all"` // 0: not known
	Began time.Time `json:"began"`
	Ended time.Time `json:"ended,omitzero"`
	Lines []JobLine `json:"lines"`
	Error string    `json:"error,omitempty"`
}

// JobLine is one thing that came of a job.
type JobLine struct {
	Name    string `json:"name"`
	Outcome string `json:"outcome"`
	Bad     bool   `json:"bad,omitempty"`
	Text    string `json:"text,omitempty"`
	Link    string `json:"link,omitempty"`
}

const (
	// shownJobs are listed; older ones are deleted with the next one.
	shownJobs = 50
	// savedEvery is how often it is written down how far a job is.
	savedEvery = time.Second
	// lostAfter is how long after that a job without news is one whose server has
	// ended.
	lostAfter = 2 * time.Minute
	// beatEvery is how often a job that has nothing to say shows that it lives.
	beatEvery = 30 * time.Second
)

// running is a job at work. Its record is written by one goroutine.
type running struct {
	s      *Server
	job    Job
	record records.Record
	saved  time.Time
}

// begin starts a job that goes on when the request has ended. work reports by
// the progress that it is given.
func (s *Server) beginJob(ctx context.Context, name, owner string, all int, work func(ctx context.Context, progress func(done, all int)) ([]JobLine, error)) (Job, error) {
	if err := s.dropJobs(ctx); err != nil {
		return Job{}, err
	}
	r := &running{s: s, job: Job{ID: rand.Text(), Name: name, Owner: owner, State: "running", All: all, Began: s.cfg.Now().UTC()}}
	r.record = records.Record{Kind: jobKind, ID: r.job.ID}
	if err := r.save(ctx); err != nil {
		return Job{}, err
	}
	job := r.job
	s.jobs.Go(func() { r.work(work) })
	return job, nil
}

func (r *running) work(work func(ctx context.Context, progress func(done, all int)) ([]JobLine, error)) {
	type state struct{ done, all int }
	type result struct {
		lines []JobLine
		err   error
	}
	news, ended := make(chan state, 1), make(chan result, 1)
	r.s.jobs.Go(func() {
		lines, err := work(r.s.jobsCtx, func(done, all int) {
			select {
			case <-news: // what is older
			default:
			}
			select {
			case news <- state{done, all}:
			default:
			}
		})
		ended <- result{lines, err}
	})
	for {
		select {
		case n := <-news:
			r.job.Done, r.job.All = n.done, n.all
			if time.Since(r.saved) > savedEvery {
				r.keep()
			}
		case <-time.After(beatEvery):
			r.keep()
		case end := <-ended:
			r.job.Lines, r.job.State, r.job.Ended = end.lines, "done", r.s.cfg.Now().UTC()
			if end.err != nil {
				r.job.State, r.job.Error = "failed", failure(end.err)
				r.s.cfg.Log.Error("a job of the staff failed", "job", r.job.Name, "err", end.err)
			}
			r.keep()
			return
		}
	}
}

func failure(err error) string {
	var p review.Problem
	switch {
	case errors.As(err, &p):
		return string(p)
	case errors.Is(err, ErrBusy):
		return "这个网站正在采集中，请等它结束。"
	case errors.Is(err, context.Canceled):
		return "服务停止，任务中断，请重新开始。"
	}
	return "任务没有完成：" + Chinese(err.Error())
}

// keep saves, or says in the log that it could not: the work goes on.
func (r *running) keep() {
	if err := r.save(context.WithoutCancel(r.s.jobsCtx)); err != nil {
		r.s.cfg.Log.Error("the state of a job was not kept", "job", r.job.Name, "err", err)
	}
}

func (r *running) save(ctx context.Context) error {
	r.record.Updated = r.s.cfg.Now()
	err := records.Save(ctx, r.s.cfg.Records, r.record, r.job)
	if err == nil {
		r.record.Rev++
		r.saved = time.Now()
	}
	return err
}

// dropJobs deletes the oldest jobs.
func (s *Server) dropJobs(ctx context.Context) error {
	all, err := s.listJobs(ctx)
	if err != nil {
		return err
	}
	for _, j := range all[min(shownJobs, len(all)):] {
		if err := s.cfg.Records.DeleteRecord(ctx, jobKind, j.ID); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) listJobs(ctx context.Context) ([]Job, error) {
	stored, err := s.cfg.Records.Records(ctx, jobKind)
	if err != nil {
		return nil, err
	}
	all := make([]Job, len(stored))
	for i, r := range stored {
		if all[i], err = s.jobOf(r); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b Job) int { return b.Began.Compare(a.Began) })
	return all, nil
}

func (s *Server) jobOf(r records.Record) (Job, error) {
	var j Job
	err := r.Into(&j)
	if j.State == "running" && s.cfg.Now().Sub(r.Updated) > lostAfter {
		j.State, j.Error = "failed", "服务停止，任务中断，请重新开始。"
	}
	return j, err
}

func (s *Server) job(r *http.Request) (Job, error) {
	record, err := s.cfg.Records.Record(r.Context(), jobKind, r.PathValue("id"))
	if err != nil {
		return Job{}, err
	}
	return s.jobOf(record)
}

func (s *Server) jobsPage(w http.ResponseWriter, r *http.Request, _ visit) {
	all, err := s.listJobs(r.Context())
	if err != nil {
		s.failed(w, r, "list jobs", err)
		return
	}
	s.render(w, r, http.StatusOK, "jobs.html", struct {
		layout
		Jobs []Job
	}{s.layout(r, "任务"), all[:min(shownJobs, len(all))]})
}

func (s *Server) jobPage(w http.ResponseWriter, r *http.Request, _ visit) {
	j, err := s.job(r)
	if err != nil {
		s.failed(w, r, "read a job", err)
		return
	}
	s.render(w, r, http.StatusOK, "job.html", struct {
		layout
		Job Job
	}{s.layout(r, j.Name), j})
}

// jobState is how far a job is, for the page that waits.
func (s *Server) jobState(w http.ResponseWriter, r *http.Request, _ visit) {
	j, err := s.job(r)
	if errors.Is(err, retrieval.ErrNotFound) {
		writeJSON(w, http.StatusNotFound, refusal{"not_found", "没有这个任务。"})
		return
	}
	if err != nil {
		writeJSON(w, http.StatusInternalServerError, refusal{"failed", "暂时读不到进度。"})
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"state": j.State, "done": j.Done, "all": j.All})
}

// upload reads files into the collection, held back, and proposes each of
// their documents.
func (s *Server) upload(w http.ResponseWriter, r *http.Request, v visit) {
	defer forget(r)
	var files []File
	if r.MultipartForm != nil {
		for _, header := range r.MultipartForm.File["files"] {
			data, err := readUpload(header)
			if err != nil {
				s.listDocuments(w, r, v, http.StatusBadRequest, "文件没有完整送达，请重试。")
				return
			}
			files = append(files, File{header.Filename, data})
		}
	}
	if len(files) == 0 {
		s.listDocuments(w, r, v, http.StatusBadRequest, "请选择要上传的文件。")
		return
	}
	name := "上传" + files[0].Name
	if len(files) > 1 {
		name = fmt.Sprintf("上传%s等%d个文件", files[0].Name, len(files))
	}
	job, err := s.beginJob(r.Context(), name, v.name, len(files), func(ctx context.Context, progress func(done, all int)) ([]JobLine, error) {
		reports, err := s.cfg.Librarian.Take(ctx, files, progress)
		lines := make([]JobLine, len(reports))
		for i, report := range reports {
			var lineErr error
			lines[i], lineErr = s.uploaded(ctx, report, v.name)
			err = errors.Join(err, lineErr)
		}
		return lines, err
	})
	if err != nil {
		s.failed(w, r, "begin an upload", err)
		return
	}
	http.Redirect(w, r, "/staff/jobs/"+job.ID, http.StatusSeeOther)
}

// uploaded says what became of a file, and proposes its document.
func (s *Server) uploaded(ctx context.Context, report ingest.Report, author string) (JobLine, error) {
	line := JobLine{Name: report.Source, Text: report.Error}
	switch report.Status {
	case ingest.StatusQuarantined:
		doc, err := s.cfg.Library.Version(ctx, report.DocID)
		if err != nil {
			return line, err
		}
		line.Name = "《" + doc.Title + "》"
		c, err := s.newChange(ctx, author, review.KindDocument, doc.ID, "上传《"+doc.Title+"》", uploadOf(doc))
		var p review.Problem
		if errors.As(err, &p) {
			line.Outcome, line.Text, line.Link = "已在待审核中", string(p), "/staff/documents/"+doc.ID
			return line, nil
		}
		if err != nil {
			return line, err
		}
		line.Outcome, line.Link = "待审核", "/staff/changes/"+c.ID
		for _, warning := range report.Warnings {
			line.Text += warning + "。"
		}
	case ingest.StatusFailed:
		line.Outcome, line.Bad = "没有读成", true
	case ingest.StatusUnchanged:
		line.Outcome, line.Link = "已收录，没有变化", "/staff/documents/"+report.DocID
	default:
		line.Outcome = "略过"
	}
	return line, nil
}

func (s *Server) crawl(w http.ResponseWriter, r *http.Request, v visit) {
	site := r.PostFormValue("site")
	if s.cfg.Crawler == nil || !slices.Contains(s.cfg.Crawler.Sites(), site) {
		s.message(w, r, http.StatusNotFound, "没有配置这个网站。")
		return
	}
	job, err := s.beginJob(r.Context(), "采集"+site, v.name, 0, func(ctx context.Context, progress func(done, all int)) ([]JobLine, error) {
		found, err := s.cfg.Crawler.Crawl(ctx, site, func(done int) { progress(done, 0) })
		if err != nil {
			return nil, err
		}
		outcome := "完整"
		if !found.Complete {
			outcome = "不完整"
		}
		return []JobLine{{Name: site, Outcome: outcome, Bad: !found.Complete,
			Text: fmt.Sprintf("文档%d份，读取失败%d份，等待确认移除%d份。", found.Documents, found.Failed, found.Waiting)}}, nil
	})
	if err != nil {
		s.failed(w, r, "begin a crawl", err)
		return
	}
	http.Redirect(w, r, "/staff/jobs/"+job.ID, http.StatusSeeOther)
}

// uploadedFile reads the one file of a field.
func uploadedFile(r *http.Request, field string) ([]byte, error) {
	defer forget(r)
	if r.MultipartForm == nil || len(r.MultipartForm.File[field]) == 0 {
		return nil, review.Problem("请选择文件")
	}
	return readUpload(r.MultipartForm.File[field][0])
}
