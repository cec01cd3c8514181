package staff

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhiwen/bot/accounts"
	"zhiwen/bot/review"
	"zhiwen/ingest"
	"zhiwen/retrieval"
)

var documentStates = []struct {
	State retrieval.State
	Name  string
}{
	{retrieval.StateCurrent, "使用中"}, {retrieval.StateQuarantine, "待核对"}, {retrieval.StateWithdrawn, "已撤下"},
	{retrieval.StateSuperseded, "旧版本"}, {retrieval.StateErased, "已抹除"},
}

func documentState(s retrieval.State) string {
	for _, known := range documentStates {
		if known.State == s {
			return known.Name
		}
	}
	return string(s)
}

// pageLength is how many documents or groups of questions a page lists.
const pageLength = 50

type documentRow struct {
	retrieval.Listing
	StateName string
}

type documentsView struct {
	layout
	Rows      []documentRow
	States    []stateCount
	Query     string
	State     retrieval.State
	Found     int
	Page      pager
	MayUpload bool
	MayCrawl  bool
	Sites     []siteView
	Problem   string
}

type stateCount struct {
	State retrieval.State
	Name  string
	N     int
	Here  bool
}

type siteView struct {
	Site         string
	LastComplete string
	Documents    int
	Failed       int
	Waiting      int
}

// pager leads to the pages beside one.
type pager struct {
	N, Of      int
	Prev, Next string // addresses, "" where there is none
}

func newPager(r *http.Request, n, found int) pager {
	p := pager{N: n, Of: max((found+pageLength-1)/pageLength, 1)}
	to := func(n int) string {
		q := r.URL.Query()
		q.Set("page", strconv.Itoa(n))
		return r.URL.Path + "?" + q.Encode()
	}
	if n > 1 {
		p.Prev = to(n - 1)
	}
	if n < p.Of {
		p.Next = to(n + 1)
	}
	return p
}

func pageNumber(r *http.Request) int {
	n, err := strconv.Atoi(r.FormValue("page"))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

func (s *Server) documentsPage(w http.ResponseWriter, r *http.Request, v visit) {
	s.listDocuments(w, r, v, http.StatusOK, "")
}

func (s *Server) listDocuments(w http.ResponseWriter, r *http.Request, v visit, status int, problem string) {
	view := documentsView{
		layout: s.layout(r, "文档库"), Query: strings.TrimSpace(r.FormValue("q")), State: retrieval.State(r.FormValue("state")), Problem: problem,
		MayUpload: v.is(accounts.Editor), MayCrawl: s.cfg.Crawler != nil && v.is(accounts.Editor, accounts.Manager),
	}
	if view.State == "" {
		view.State = retrieval.StateCurrent
	}
	counts := map[retrieval.State]int{}
	n := pageNumber(r)
	query := retrieval.FoldString(view.Query)
	for l, err := range s.cfg.Library.List(r.Context()) {
		if err != nil {
			s.failed(w, r, "list documents", err)
			return
		}
		counts[l.State]++
		if l.State != view.State || query != "" && !strings.Contains(retrieval.FoldString(strings.Join([]string{l.Title, l.DocNo, l.Publisher, l.Source, l.ID}, "\n")), query) {
			continue
		}
		if view.Found++; view.Found > (n-1)*pageLength && view.Found <= n*pageLength {
			view.Rows = append(view.Rows, documentRow{l, documentState(l.State)})
		}
	}
	for _, known := range documentStates {
		view.States = append(view.States, stateCount{known.State, known.Name, counts[known.State], known.State == view.State})
	}
	view.Page = newPager(r, n, view.Found)
	var err error
	if view.Sites, err = s.sites(r); err != nil {
		s.failed(w, r, "list crawls", err)
		return
	}
	s.render(w, r, status, "documents.html", view)
}

func (s *Server) sites(r *http.Request) ([]siteView, error) {
	crawls, err := s.cfg.Library.Crawls(r.Context())
	if err != nil {
		return nil, err
	}
	var views []siteView
	for _, c := range crawls {
		views = append(views, siteView{c.Site, momentOf(c.LastComplete), c.Documents, c.Failed, c.Waiting})
	}
	if s.cfg.Crawler != nil {
		for _, site := range s.cfg.Crawler.Sites() {
			if !slices.ContainsFunc(views, func(v siteView) bool { return v.Site == site }) {
				views = append(views, siteView{Site: site})
			}
		}
	}
	return views, nil
}

// rulingField is a field of the form of metadata and validity.
type rulingField struct {
	Field, Name, Value string
	Now                string // what holds for the document
}

func rulingFields(r ingest.Ruling) []rulingField {
	return []rulingField{
		{"validity", "有效性", string(r.Validity), ""},
		{"effective", "施行日期", r.Effective, ""},
		{"expires", "有效期至", r.Expires, ""},
		{"replaced_by", "被何文件代替", r.ReplacedBy, ""},
		{"title", "题名", r.Title, ""},
		{"doc_no", "文号", r.DocNo, ""},
		{"publisher", "发布机构", r.Publisher, ""},
		{"kind", "类别", string(r.Kind), ""},
		{"published", "发布日期", r.Published, ""},
	}
}

var validities = []retrieval.Validity{
	retrieval.ValidityInForce, retrieval.ValidityAmended, retrieval.ValidityRepealed, retrieval.ValidityLapsed, retrieval.ValidityUnmarked,
}

type documentView struct {
	layout
	Doc        retrieval.Document
	StateName  string
	Quality    string
	Versions   []documentRow
	Fields     []rulingField
	Validities []retrieval.Validity
	Personal   []string // places of personal data
	Waiting    string   // the change that waits for it
	Public     bool
	MayEdit    bool
	MayEnd     bool
	MayRelease bool
	Runes      int
}

func (s *Server) documentPage(w http.ResponseWriter, r *http.Request, v visit) {
	doc, err := s.cfg.Library.Version(r.Context(), r.PathValue("id"))
	if err != nil {
		s.failed(w, r, "read a document", err)
		return
	}
	view := documentView{
		layout: s.layout(r, doc.Title), Doc: doc, StateName: documentState(doc.State), Quality: fmt.Sprintf("%.0f%%", 100*doc.Quality),
		Validities: validities, Public: doc.State == retrieval.StateCurrent || doc.State == retrieval.StateSuperseded, Runes: len([]rune(doc.Text)),
		MayEdit:    v.is(accounts.Editor) && doc.State == retrieval.StateCurrent,
		MayEnd:     v.is(content...) && doc.State != retrieval.StateWithdrawn && doc.State != retrieval.StateErased,
		MayRelease: v.is(accounts.Editor) && (doc.State == retrieval.StateQuarantine || doc.State == retrieval.StateWithdrawn),
	}
	for l, err := range s.cfg.Library.List(r.Context()) {
		if err != nil {
			s.failed(w, r, "list versions", err)
			return
		}
		if l.Key == doc.Key {
			view.Versions = append(view.Versions, documentRow{l, documentState(l.State)})
		}
	}
	slices.SortFunc(view.Versions, func(a, b documentRow) int { return b.Version - a.Version })
	if err := s.addRuling(r, &view); err != nil {
		s.failed(w, r, "read a ruling", err)
		return
	}
	for i, p := range retrieval.PersonalData(doc.Text) {
		if i == 20 {
			break
		}
		line := strings.Count(doc.Text[:p.Span.Start], "\n") + 1
		view.Personal = append(view.Personal, fmt.Sprintf("第%d行：%s（%s）", line, p.Masked(doc.Text), p.Kind))
	}
	s.render(w, r, http.StatusOK, "document.html", view)
}

// addRuling adds what staff have ruled of the document, and what waits.
func (s *Server) addRuling(r *http.Request, view *documentView) error {
	all, err := s.cfg.Library.Rulings(r.Context())
	if err != nil {
		return err
	}
	ruling := ingest.Ruling{}
	for _, known := range all {
		if known.Key == view.Doc.Key {
			ruling = known
		}
	}
	view.Fields = rulingFields(ruling)
	m := view.Doc.Meta
	for i, now := range []string{string(m.Validity), m.Effective, m.Expires, m.ReplacedBy, m.Title, m.DocNo, m.Publisher, string(m.Kind), m.Published} {
		view.Fields[i].Now = now
	}
	for kind, subject := range map[review.Kind]string{review.KindRuling: view.Doc.Key, review.KindDocument: view.Doc.ID} {
		c, found, err := s.changes.Waiting(r.Context(), kind, subject)
		if err != nil {
			return err
		}
		if found {
			view.Waiting = c.ID
		}
	}
	return nil
}

func (s *Server) proposeRuling(w http.ResponseWriter, r *http.Request, v visit) {
	doc, err := s.cfg.Library.Version(r.Context(), r.PathValue("id"))
	if err != nil {
		s.failed(w, r, "read a document", err)
		return
	}
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	ruling := ingest.Ruling{
		Key: doc.Key, Validity: retrieval.Validity(value("validity")), Effective: value("effective"), Expires: value("expires"), ReplacedBy: value("replaced_by"),
		Title: value("title"), DocNo: value("doc_no"), Publisher: value("publisher"), Kind: retrieval.Kind(value("kind")), Published: value("published"),
	}
	if ruling.Validity != "" && !isValidity(ruling.Validity) {
		s.message(w, r, http.StatusBadRequest, "“有效性”应是有效、已修改、废止、失效或未标注。")
		return
	}
	for name, day := range map[string]string{"施行日期": ruling.Effective, "有效期至": ruling.Expires} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			s.message(w, r, http.StatusBadRequest, "“"+name+"”请写成2028-05-31的样子，或留空。")
			return
		}
	}
	s.propose(w, r, v, review.KindRuling, doc.Key, "《"+doc.Title+"》的元数据与有效性", ruling)
}

// proposeRelease asks for a document that was held back or withdrawn to be
// shown.
func (s *Server) proposeRelease(w http.ResponseWriter, r *http.Request, v visit) {
	doc, err := s.cfg.Library.Version(r.Context(), r.PathValue("id"))
	if err != nil {
		s.failed(w, r, "read a document", err)
		return
	}
	s.propose(w, r, v, review.KindDocument, doc.ID, "公开《"+doc.Title+"》", uploadOf(doc))
}

func uploadOf(doc retrieval.Document) upload {
	return upload{DocID: doc.ID, Title: doc.Title, Source: strings.TrimPrefix(doc.Source, "upload:"), Chars: len([]rune(doc.Text)), Quality: fmt.Sprintf("%.0f%%", 100*doc.Quality)}
}

// withdraw takes a document from the public at once.
func (s *Server) withdraw(w http.ResponseWriter, r *http.Request, v visit) {
	reason := strings.TrimSpace(r.PostFormValue("reason"))
	if reason == "" {
		s.message(w, r, http.StatusBadRequest, "请写明撤下的理由，会记入审计。")
		return
	}
	doc, err := s.cfg.Library.Version(r.Context(), r.PathValue("id"))
	if err == nil {
		err = s.cfg.Librarian.Withdraw(r.Context(), doc.Key, retrieval.Act{At: s.cfg.Now(), Actor: v.name, Action: "withdraw", Subject: doc.Key, Reason: reason})
	}
	if err != nil {
		s.failed(w, r, "withdraw a document", err)
		return
	}
	http.Redirect(w, r, "/staff/documents/"+doc.ID, http.StatusSeeOther)
}

type diffView struct {
	layout
	Old, New   retrieval.Document
	Ops        []opView
	Whole      bool
	Same       bool
	MetaFields []field
}

// diffPage shows how one version became another.
func (s *Server) diffPage(w http.ResponseWriter, r *http.Request, _ visit) {
	newer, err := s.cfg.Library.Version(r.Context(), r.PathValue("id"))
	var older retrieval.Document
	if err == nil {
		older, err = s.cfg.Library.Version(r.Context(), r.FormValue("with"))
	}
	if err == nil && older.Key != newer.Key {
		err = review.Problem("这两份不是同一文件的版本，不能对照。")
	}
	if err != nil {
		s.failed(w, r, "compare versions", err)
		return
	}
	if older.Version > newer.Version {
		older, newer = newer, older
	}
	view := diffView{layout: s.layout(r, "版本对照"), Old: older, New: newer, Ops: diffOf(older.Text, newer.Text), Whole: r.FormValue("whole") != "", Same: older.Text == newer.Text}
	if !view.Whole {
		view.Ops = folded(view.Ops)
	}
	was, is := metaFields(older.Meta), metaFields(newer.Meta)
	for i := range was {
		if was[i][1] != is[i][1] {
			view.MetaFields = append(view.MetaFields, field{Name: was[i][0], Before: was[i][1], After: is[i][1]})
		}
	}
	s.render(w, r, http.StatusOK, "diff.html", view)
}

func metaFields(m retrieval.Meta) [][2]string {
	return [][2]string{
		{"题名", m.Title}, {"文号", m.DocNo}, {"索引号", m.IndexNo}, {"发布机构", m.Publisher}, {"类别", string(m.Kind)}, {"发布日期", m.Published},
		{"施行日期", m.Effective}, {"有效期至", m.Expires}, {"有效性", string(m.Validity)}, {"被何文件代替", m.ReplacedBy},
	}
}

func isValidity(v retrieval.Validity) bool { return slices.Contains(validities, v) }
