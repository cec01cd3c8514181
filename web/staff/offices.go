package staff

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"zhiwen/bot/accounts"
	"zhiwen/bot/directory"
	"zhiwen/bot/review"
)

type officeRow struct {
	directory.Entry
	Stale bool
}

type officesView struct {
	layout
	Rows     []officeRow
	MayEdit  bool
	Problem  string
	Warnings []string
	Proposed []changeView
}

func (s *Server) officesPage(w http.ResponseWriter, r *http.Request, v visit) {
	s.listOffices(w, r, v, http.StatusOK, officesView{})
}

func (s *Server) listOffices(w http.ResponseWriter, r *http.Request, v visit, status int, view officesView) {
	d, err := s.cfg.Offices.Directory(r.Context())
	if err != nil {
		s.failed(w, r, "list offices", err)
		return
	}
	view.layout, view.MayEdit = s.layout(r, "部门通讯录"), v.is(accounts.Editor)
	for _, e := range d.Entries {
		view.Rows = append(view.Rows, officeRow{e, e.Stale(s.cfg.Now())})
	}
	s.render(w, r, status, "offices.html", view)
}

type officeView struct {
	layout
	Entry   directory.Entry
	New     bool
	Problem string
}

func (s *Server) officePage(w http.ResponseWriter, r *http.Request, _ visit) {
	view := officeView{layout: s.layout(r, "编辑部门"), New: true}
	if name := r.FormValue("name"); name != "" {
		d, err := s.cfg.Offices.Directory(r.Context())
		if err != nil {
			s.failed(w, r, "read an office", err)
			return
		}
		at := slices.IndexFunc(d.Entries, func(e directory.Entry) bool { return e.Name == name })
		if at < 0 {
			s.noPage(w, r)
			return
		}
		view.Entry, view.New = d.Entries[at], false
	}
	s.render(w, r, http.StatusOK, "office.html", view)
}

func (s *Server) proposeOffice(w http.ResponseWriter, r *http.Request, v visit) {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	list := func(name string) []string {
		return strings.FieldsFunc(value(name), func(r rune) bool { return strings.ContainsRune("、，,;；\n\r", r) })
	}
	e := directory.Entry{
		Name: value("name"), Aliases: list("aliases"), ResponsibleFor: list("responsible_for"), Phone: value("phone"),
		Hours: value("hours"), Address: value("address"), CheckedOn: value("checked_on"),
	}
	if value("remove") != "" {
		s.propose(w, r, v, review.KindOffice, e.Name, "删除部门："+e.Name, nil)
		return
	}
	// What a file may not hold, a form may not either.
	var b bytes.Buffer
	err := directory.Write(&b, []directory.Entry{e}, false)
	if err == nil {
		var entries []directory.Entry
		if entries, _, err = directory.Read(b.Bytes(), s.cfg.Now()); err == nil {
			e = entries[0]
		}
	}
	if err != nil {
		s.render(w, r, http.StatusBadRequest, "office.html", officeView{s.layout(r, "编辑部门"), e, value("new") != "", Chinese(err.Error())})
		return
	}
	s.propose(w, r, v, review.KindOffice, e.Name, "部门："+e.Name, e)
}

// importOffices proposes what a file changes, office by office. An office that
// the file lacks stays.
func (s *Server) importOffices(w http.ResponseWriter, r *http.Request, v visit) {
	file, err := uploadedFile(r, "file")
	var entries []directory.Entry
	view := officesView{}
	if err == nil {
		entries, view.Warnings, err = directory.Read(file, s.cfg.Now())
	}
	if err != nil {
		s.listOffices(w, r, v, http.StatusBadRequest, officesView{Problem: "文件没有导入：" + Chinese(err.Error())})
		return
	}
	d, err := s.cfg.Offices.Directory(r.Context())
	if err != nil {
		s.failed(w, r, "read the directory", err)
		return
	}
	held := map[string]directory.Entry{}
	for _, e := range d.Entries {
		held[e.Name] = e
	}
	for _, e := range entries {
		if reflect.DeepEqual(held[e.Name], e) {
			continue
		}
		c, err := s.newChange(r.Context(), v.name, review.KindOffice, e.Name, "部门："+e.Name, e)
		if err != nil {
			s.failed(w, r, "propose an office", err)
			return
		}
		view.Proposed = append(view.Proposed, viewOf(c))
	}
	for i, warning := range view.Warnings {
		view.Warnings[i] = Chinese(warning)
	}
	s.listOffices(w, r, v, http.StatusOK, view)
}

func (s *Server) exportOffices(w http.ResponseWriter, r *http.Request, _ visit) {
	d, err := s.cfg.Offices.Directory(r.Context())
	var b bytes.Buffer
	if err == nil {
		err = directory.Write(&b, d.Entries, true)
	}
	if err != nil {
		s.failed(w, r, "export the directory", err)
		return
	}
	attachment(w, "部门通讯录.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b.Bytes())
}

// attachment sends a file to be kept.
func attachment(w http.ResponseWriter, name, kind string, data []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	w.Write(data)
}

// tables are the words that staff keep as text.
var tables = []struct{ ID, Name, Help string }{
	{WordsSynonyms, "同义词", "一行一条：群众的说法，按Tab键，官方用词（几个用空格分开）。例如：暂住证⇥居住证"},
	{WordsBlocked, "拦截词表", "先写一行方括号，如 [本县 提问和生成]，下面一行一个词；/…/ 之间是正则表达式。这里的词在程序自带的词表之外另加。"},
	{wordsHolidays, "节假日", "一行一段日期：2026-10-01~2026-10-07  休  国庆节；调休上班写“班”。"},
}

type wordsTable struct {
	ID, Name, Help string
	Text           string
	Problem        string
	Waiting        string
}

type wordsView struct {
	layout
	Tables  []wordsTable
	MayEdit bool
}

func (s *Server) wordsPage(w http.ResponseWriter, r *http.Request, v visit) {
	s.wordsForm(w, r, v, http.StatusOK, "", "", "")
}

// wordsForm shows the tables; one of them may have been refused.
func (s *Server) wordsForm(w http.ResponseWriter, r *http.Request, v visit, status int, id, text, problem string) {
	view := wordsView{layout: s.layout(r, "词表"), MayEdit: v.is(accounts.Editor)}
	applier := wordTables{s.cfg.Records, s.cfg.Offices, s.cfg.Now}
	for _, t := range tables {
		table := wordsTable{ID: t.ID, Name: t.Name, Help: t.Help}
		now, _, err := applier.text(r.Context(), t.ID)
		if err != nil {
			s.failed(w, r, "read a table of words", err)
			return
		}
		table.Text = now
		waiting, found, err := s.changes.Waiting(r.Context(), review.KindWords, t.ID)
		if err != nil {
			s.failed(w, r, "read a table of words", err)
			return
		}
		if found {
			table.Waiting = waiting.ID
			if waiting.Author == v.name {
				_ = json.Unmarshal(waiting.After, &table.Text) // else what holds now is shown
			}
		}
		if t.ID == id {
			table.Text, table.Problem = text, problem
		}
		view.Tables = append(view.Tables, table)
	}
	s.render(w, r, status, "words.html", view)
}

func (s *Server) proposeWords(w http.ResponseWriter, r *http.Request, v visit) {
	id := r.PostFormValue("table")
	text := strings.TrimRight(strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n"), "\n ")
	if text != "" {
		text += "\n"
	}
	if err := checkWords(id, text); err != nil {
		s.wordsForm(w, r, v, http.StatusBadRequest, id, text, Chinese(err.Error()))
		return
	}
	name := ""
	for _, t := range tables {
		if t.ID == id {
			name = t.Name
		}
	}
	s.propose(w, r, v, review.KindWords, id, name, text)
}
