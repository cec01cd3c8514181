package staff

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"zhiwen/bot/accounts"
	"zhiwen/bot/directory"
	"zhiwen/bot/faq"
	"zhiwen/bot/review"
	"zhiwen/ingest"
	"zhiwen/retrieval"
)

var kindNames = map[review.Kind]string{
	review.KindFAQ: "问答", review.KindDocument: "上传文档", review.KindRuling: "元数据与有效性", review.KindOffice: "通讯录", review.KindWords: "词表",
}

var stateNames = map[review.State]string{
	review.Pending: "待审核", review.Applying: "正在发布", review.Published: "已发布", review.Rejected: "已退回", review.Taken: "已撤回",
}

// changeView is a change as it is shown.
type changeView struct {
	review.Change
	KindName, StateName string
}

func viewOf(c review.Change) changeView {
	return changeView{c, kindNames[c.Kind], stateNames[c.State]}
}

// shownChanges is how many of those that are decided a page lists.
const shownChanges = 100

type changesView struct {
	layout
	Pending, Done []changeView
}

func (s *Server) changesPage(w http.ResponseWriter, r *http.Request, _ visit) {
	all, err := s.changes.List(r.Context(), "")
	if err != nil {
		s.failed(w, r, "list changes", err)
		return
	}
	view := changesView{layout: s.layout(r, "审核")}
	for _, c := range all {
		switch {
		case c.State == review.Pending:
			view.Pending = append(view.Pending, viewOf(c))
		case len(view.Done) < shownChanges:
			view.Done = append(view.Done, viewOf(c))
		}
	}
	slices.Reverse(view.Pending) // whoever waits longest comes first
	s.render(w, r, http.StatusOK, "changes.html", view)
}

// field is one thing that a change changes.
type field struct {
	Name          string
	Before, After string
	Ops           []opView // how one becomes the other
	Same          bool
}

type changePageView struct {
	layout
	changeView
	Fields     []field
	Document   *retrieval.Document // of an upload
	MayPublish bool
	MayReject  bool
	MayTake    bool
	MayUndo    bool
	Own        bool
}

func (s *Server) changePage(w http.ResponseWriter, r *http.Request, v visit) {
	c, err := s.changes.Change(r.Context(), r.PathValue("id"))
	if err != nil {
		s.failed(w, r, "read a change", err)
		return
	}
	view := changePageView{layout: s.layout(r, "审核："+c.Title), changeView: viewOf(c), Fields: fieldsOf(c, func(id string) string { return s.titleOf(r.Context(), id) })}
	pending := c.State == review.Pending
	view.Own = c.Author == v.name
	view.MayPublish = pending && !view.Own && v.is(accounts.Reviewer)
	view.MayReject = pending && !view.Own && v.is(accounts.Reviewer)
	view.MayTake = pending && view.Own
	view.MayUndo = c.State == review.Published && v.is(accounts.Editor)
	if c.Kind == review.KindDocument {
		if doc, err := s.cfg.Library.Version(r.Context(), c.Subject); err == nil {
			view.Document = &doc
		}
	}
	s.render(w, r, http.StatusOK, "change.html", view)
}

// titleOf names a document that is cited; its ID where it has none.
func (s *Server) titleOf(ctx context.Context, id string) string {
	doc, err := s.cfg.Library.Version(ctx, id)
	if err != nil || doc.Title == "" {
		return id
	}
	return "《" + doc.Title + "》"
}

// fieldsOf says what a change changes, field by field.
func fieldsOf(c review.Change, titleOf func(id string) string) []field {
	before, after := map[string]string{}, map[string]string{}
	var names []string
	put := func(side map[string]string, raw json.RawMessage) {
		for _, f := range shownFields(c.Kind, raw, titleOf) {
			if !slices.Contains(names, f[0]) {
				names = append(names, f[0])
			}
			side[f[0]] = f[1]
		}
	}
	put(before, c.Before)
	put(after, c.After)
	var fields []field
	for _, name := range names {
		f := field{Name: name, Before: before[name], After: after[name]}
		f.Same = f.Before == f.After
		if f.Same && f.After == "" {
			continue
		}
		if !f.Same && f.Before != "" {
			f.Ops = diffOf(f.Before, f.After)
		}
		fields = append(fields, f)
	}
	return fields
}

// shownFields reads one side of a change: names and values in order.
func shownFields(kind review.Kind, raw json.RawMessage, titleOf func(id string) string) [][2]string {
	var fields [][2]string
	add := func(name, value string) { fields = append(fields, [2]string{name, value}) }
	switch kind {
	case review.KindFAQ:
		var e *faq.Entry
		if json.Unmarshal(raw, &e) != nil || e == nil {
			return nil
		}
		add("问题", e.Question)
		add("其他问法", strings.Join(e.Variants, "\n"))
		add("不适用的问法", strings.Join(e.Negatives, "\n"))
		add("回答", e.Answer)
		for i, c := range e.Citations {
			add(fmt.Sprintf("依据%d", i+1), titleOf(c.DocID)+"\n“"+c.Quote+"”")
		}
		add("负责人", e.Owner)
		add("有效期至", e.ValidUntil)
	case review.KindDocument:
		var u *upload
		if json.Unmarshal(raw, &u) != nil || u == nil {
			return nil
		}
		add("题名", u.Title)
		add("文件", u.Source)
		add("字数", fmt.Sprint(u.Chars))
		add("质量", u.Quality)
	case review.KindRuling:
		var r ingest.Ruling
		if json.Unmarshal(raw, &r) != nil {
			return nil
		}
		for _, f := range rulingFields(r) {
			add(f.Name, f.Value)
		}
	case review.KindOffice:
		var e *directory.Entry
		if json.Unmarshal(raw, &e) != nil || e == nil {
			return nil
		}
		add("名称", e.Name)
		add("别名", strings.Join(e.Aliases, "、"))
		add("负责事项", strings.Join(e.ResponsibleFor, "、"))
		add("电话", e.Phone)
		add("办公时间", e.Hours)
		add("地址", e.Address)
		add("核对日期", e.CheckedOn)
	case review.KindWords:
		var text string
		if json.Unmarshal(raw, &text) != nil {
			return nil
		}
		add("内容", text)
	}
	return fields
}

// act does something to a change and goes back to it.
func (s *Server) act(w http.ResponseWriter, r *http.Request, doing string, do func(ctx context.Context, id string) (review.Change, error)) {
	c, err := do(r.Context(), r.PathValue("id"))
	if err != nil {
		s.failed(w, r, doing, err)
		return
	}
	http.Redirect(w, r, "/staff/changes/"+c.ID, http.StatusSeeOther)
}

func (s *Server) publish(w http.ResponseWriter, r *http.Request, v visit) {
	s.act(w, r, "publish a change", func(ctx context.Context, id string) (review.Change, error) { return s.changes.Publish(ctx, id, v.name) })
}

func (s *Server) reject(w http.ResponseWriter, r *http.Request, v visit) {
	reason := strings.TrimSpace(r.PostFormValue("reason"))
	if reason == "" {
		s.message(w, r, http.StatusBadRequest, "请写明退回的理由，提交人会看到。")
		return
	}
	s.act(w, r, "reject a change", func(ctx context.Context, id string) (review.Change, error) {
		return s.changes.Reject(ctx, id, v.name, reason)
	})
}

func (s *Server) takeBack(w http.ResponseWriter, r *http.Request, v visit) {
	s.act(w, r, "take a change back", func(ctx context.Context, id string) (review.Change, error) {
		return s.changes.TakeBack(ctx, id, v.name)
	})
}

func (s *Server) undo(w http.ResponseWriter, r *http.Request, v visit) {
	s.act(w, r, "undo a change", func(ctx context.Context, id string) (review.Change, error) { return s.changes.Undo(ctx, id, v.name) })
}

// propose stores a change and shows it.
func (s *Server) propose(w http.ResponseWriter, r *http.Request, v visit, kind review.Kind, subject, title string, after any) {
	c, err := s.newChange(r.Context(), v.name, kind, subject, title, after)
	if err != nil {
		s.failed(w, r, "propose a change", err)
		return
	}
	http.Redirect(w, r, "/staff/changes/"+c.ID, http.StatusSeeOther)
}

func (s *Server) newChange(ctx context.Context, author string, kind review.Kind, subject, title string, after any) (review.Change, error) {
	raw, err := json.Marshal(after)
	if err != nil {
		return review.Change{}, err
	}
	return s.changes.Propose(ctx, review.Change{Kind: kind, Subject: subject, Title: title, After: raw, Author: author})
}
