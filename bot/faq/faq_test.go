package faq

import (
	"bytes"
	"context"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"zhiwen/retrieval"
)

// library is a Collection in memory.
type library []retrieval.Document

func (l library) Document(_ context.Context, id string) (retrieval.Document, error) {
	for _, d := range l {
		if d.ID == id {
			return d, nil
		}
	}
	return retrieval.Document{}, retrieval.ErrNotFound
}

func (l library) List(context.Context) iter.Seq2[retrieval.Listing, error] {
	return func(yield func(retrieval.Listing, error) bool) {
		for _, d := range l {
			if !yield(retrieval.Listing{Meta: d.Meta}, nil) {
				return
			}
		}
	}
}

func rules() library {
	doc := func(id, key, title, text string) retrieval.Document {
		return retrieval.Document{Text: text, Meta: retrieval.Meta{
			ID: id, Key: key, URL: key, Source: "/pages/" + id + ".html", Title: title, Published: "2024-03-01", State: retrieval.StateCurrent,
		}}
	}
	return library{
		doc("d1", "https://www.example.gov.cn/1.html", "身份证补领指南", "一、收费标准\n丢失补领每证收取工本费40元。\n自受理之日起，身份证在60日内制发，　全年办理。"),
		doc("d2", "https://www.example.gov.cn/2.html", "通知", "三个月内办结，电话0699-7150110。"),
		doc("d3", "https://www.example.gov.cn/3.html", "通知", "材料一式两份。"),
		func() retrieval.Document {
			d := doc("d0", "https://www.example.gov.cn/1.html", "身份证补领指南", "旧的收费30元。")
			d.State = retrieval.StateSuperseded
			return d
		}(),
	}
}

func TestCheck(t *testing.T) {
	k, err := NewChecker(t.Context(), rules(), "12345")
	if err != nil {
		t.Fatal(err)
	}
	fee := Citation{Source: "https://www.example.gov.cn/1.html", Quote: "丢失补领每证收取工本费40元。"}
	for name, c := range map[string]struct {
		entry Entry
		says  []string // one problem each
	}{
		"good":                  {Entry{Question: "问", Answer: "每证40元，也可以拨打12345。", Citations: []Citation{fee}}, nil},
		"by title":              {Entry{Question: "问", Answer: "40元", Citations: []Citation{{Source: "《身份证补领指南》", Quote: fee.Quote}}}, nil},
		"by ID":                 {Entry{Question: "问", Answer: "40元", Citations: []Citation{{Source: "d1", Quote: fee.Quote}}}, nil},
		"by file name":          {Entry{Question: "问", Answer: "40元", Citations: []Citation{{Source: "d1.html", Quote: fee.Quote}}}, nil},
		"by http":               {Entry{Question: "问", Answer: "40元", Citations: []Citation{{Source: "http://www.example.gov.cn/1.html", Quote: fee.Quote}}}, nil},
		"two of one title":      {Entry{Question: "问", Answer: "两份", Citations: []Citation{{Source: "通知", Quote: "材料一式两份。"}}}, nil},
		"spaces and width":      {Entry{Question: "问", Answer: "60日", Citations: []Citation{{Source: "d1", Quote: "身份证在６０日内制发, 全年办理"}}}, nil},
		"a year of publication": {Entry{Question: "问", Answer: "2024年起40元", Citations: []Citation{fee}}, nil},
		"三个月 for 三个月":           {Entry{Question: "问", Answer: "三个月办结", Citations: []Citation{{Source: "d2", Quote: "三个月内办结"}}}, nil},
		"3个月 for 三个月":           {Entry{Question: "问", Answer: "3个月办结", Citations: []Citation{{Source: "d2", Quote: "三个月内办结"}}}, []string{`"3"`}},
		"another figure":        {Entry{Question: "问", Answer: "每证50元，60日内拿到", Citations: []Citation{fee}}, []string{`"50"`, `"60"`}},
		"another numeral":       {Entry{Question: "问", Answer: "两个月办结", Citations: []Citation{{Source: "d2", Quote: "三个月内办结"}}}, []string{"两个月"}},
		"a telephone number":    {Entry{Question: "问", Answer: "电话0699-7150111", Citations: []Citation{{Source: "d2", Quote: "电话0699-7150110"}}}, []string{`"7150111"`}},
		"words of the old text": {Entry{Question: "问", Answer: "答", Citations: []Citation{{Source: fee.Source, Quote: "旧的收费30元"}}}, []string{"do not stand"}},
		"changed words":         {Entry{Question: "问", Answer: "答", Citations: []Citation{{Source: fee.Source, Quote: "每证收取工本费四十元"}}}, []string{"do not stand"}},
		"unknown document":      {Entry{Question: "问", Answer: "答", Citations: []Citation{{Source: "别的指南", Quote: "字"}}}, []string{"no current document"}},
		"no document":           {Entry{Question: "问", Answer: "答", Citations: []Citation{{Quote: "字"}}}, []string{"no document is named"}},
		"no words":              {Entry{Question: "问", Answer: "答", Citations: []Citation{{Source: "d1"}}}, []string{"no words are quoted"}},
		"no source":             {Entry{Question: "问", Answer: "答"}, []string{"no source is cited"}},
		"no question":           {Entry{Answer: "40元", Citations: []Citation{fee}}, []string{"question is empty"}},
		"no answer":             {Entry{Question: "问", Citations: []Citation{fee}}, []string{"answer is empty"}},
		"a long answer":         {Entry{Question: "问", Answer: strings.Repeat("长", 2001), Citations: []Citation{fee}}, []string{"2001 characters"}},
		"a long variant":        {Entry{Question: "问", Variants: []string{strings.Repeat("长", 501)}, Answer: "40元", Citations: []Citation{fee}}, []string{"501 characters"}},
		"no date":               {Entry{Question: "问", Answer: "40元", ValidUntil: "明年", Citations: []Citation{fee}}, []string{"valid_until"}},
	} {
		checked, problems, err := k.Check(t.Context(), c.entry)
		if err != nil {
			t.Fatal(err)
		}
		if len(problems) != len(c.says) {
			t.Errorf("%s: problems %v, want %q", name, problems, c.says)
			continue
		}
		for i, says := range c.says {
			if !strings.Contains(problems[i].Text, says) || strings.Contains(problems[i].Text, "\n") {
				t.Errorf("%s: %q does not say %q in one line", name, problems[i].Text, says)
			}
		}
		for _, cited := range checked.Citations {
			if len(c.says) > 0 {
				break
			}
			if doc, err := rules().Document(t.Context(), cited.DocID); err != nil || doc.Text[cited.Start:cited.End] != cited.Quote {
				t.Errorf("%s: citation %+v is not the stored text", name, cited)
			}
		}
	}
}

func TestFile(t *testing.T) {
	entries := []Entry{
		{ID: "faq-1", Question: "身份证补办多少钱？", Variants: []string{"补领身份证收多少", "补证\"工本费\""}, Negatives: []string{"换领多少钱"},
			Answer: "每证40元。\n补领、换领不同。", Owner: "公安局", ValidUntil: "2026-12-31", State: StatePublished,
			Citations: []Citation{{Source: "https://www.example.gov.cn/1.html", Quote: "丢失补领每证收取工本费40元。", Start: 19, End: 60}, {Source: "d2", Quote: "三个月内办结"}}},
		{ID: "faq-2", Question: "0699-7150110是谁的电话", Variants: []string{}, Negatives: []string{}, Answer: "=1+1", State: StateDraft, Citations: []Citation{}},
		{ID: "faq-3", Question: "𠮷问", Variants: []string{"一"}, Negatives: []string{}, Answer: "答，二", State: StateWithdrawn, Citations: []Citation{{Source: "d1", Quote: "字"}}},
	}
	for _, workbook := range []bool{false, true} {
		var file bytes.Buffer
		if err := Write(&file, entries, workbook); err != nil {
			t.Fatal(err)
		}
		read := func(name string, b []byte) {
			rows, err := Read(b)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			var got []Entry
			for _, r := range rows {
				if r.Err != nil {
					t.Errorf("%s: %v", name, r.Err)
				}
				got = append(got, r.Entry)
			}
			if !reflect.DeepEqual(got, entries) {
				t.Errorf("%s:\n%+v, want\n%+v", name, got, entries)
			}
		}
		read("written", file.Bytes())
		if workbook {
			continue
		}
		gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(bytes.TrimPrefix(file.Bytes(), []byte("\ufeff")))
		if err != nil {
			t.Fatal(err)
		}
		read("GB18030", gb)
		read("Windows line ends", bytes.ReplaceAll(file.Bytes(), []byte("\n"), []byte("\r\n")))
	}
}

func TestFileMistakes(t *testing.T) {
	for name, c := range map[string]struct{ file, says string }{
		"no header":       {"甲,乙\n丙,丁\n", "begin with 编号,问题"},
		"empty":           {"", "no line names the columns"},
		"no rows":         {"问题,回答\n", "no entry below"},
		"neither":         {"\xff\xfe\xfd\x80\x81,\xff", "neither CSV"},
		"broken workbook": {"PK\x03\x04broken", "workbook"},
	} {
		if rows, err := Read([]byte(c.file)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, %v", name, rows, err)
		}
	}
	rows, err := Read([]byte("说明\nID,Question,Answer,valid_until,state,来源1,原文1,位置\n" +
		"a,问一,答,2026/1/5,,d1,字,3-9\na,问二,答\n,,答\nb,问三,\nc,问四,答,后天\nd,问五,答,,好了\ne,问六,答,,,d1,字,九\n,问七,答\n\n,问七,答\n"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rows {
		if r.Err != nil {
			got = append(got, r.Err.Error())
		}
	}
	want := []string{
		"line 4 (a): the id or the question stands on line 3 already; keep one of them",
		"line 5 (no question): question is empty; write the question that is answered",
		"line 6 (b): answer is empty; write the answer",
		`line 7 (c): valid_until "后天" is not a date; write it like 2026-12-31`,
		`line 8 (d): state "好了" is none of 草稿, 已发布, 已撤回`,
		`line 9 (e): place "九" is not two byte offsets like 120-180; leave it empty to have the words looked for`,
		"line 12 (" + NewID("问七") + "): the id or the question stands on line 10 already; keep one of them",
	}
	if !slices.Equal(got, want) {
		t.Errorf("errors\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if first := rows[0].Entry; rows[0].Err != nil || first.ValidUntil != "2026-01-05" || first.Citations[0] != (Citation{Source: "d1", Quote: "字", Start: 3, End: 9}) {
		t.Errorf("first row: %+v, %v", first, rows[0].Err)
	}
}

// FuzzRead: whatever the bytes, the rows are whole and what is written again
// reads the same.
func FuzzRead(f *testing.F) {
	f.Add([]byte("编号,问题,其他问法,回答,出处,引文,位置\n1,问,\"a\nb\",答,d1,字,1-2\n"))
	f.Add([]byte("\xef\xbb\xbf问题\t回答\n甲\t乙\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, err := Read(b)
		if err != nil {
			return
		}
		var entries []Entry
		for _, r := range rows {
			if r.Err != nil {
				continue
			}
			if r.Entry.ID == "" || r.Entry.Question == "" || r.Entry.Answer == "" || r.Line < 2 {
				t.Fatalf("row %+v", r)
			}
			entries = append(entries, r.Entry)
		}
		var file bytes.Buffer
		if err := Write(&file, entries, false); err != nil {
			t.Fatal(err)
		}
		again, err := Read(file.Bytes())
		if err != nil && len(entries) > 0 {
			t.Fatal(err)
		}
		if len(again) != len(entries) {
			t.Fatalf("%d rows of %d entries", len(again), len(entries))
		}
		for i, r := range again {
			if r.Err != nil || !Same(r.Entry, entries[i]) {
				t.Fatalf("%+v comes back as %+v, %v", entries[i], r.Entry, r.Err)
			}
		}
	})
}

// shelf is a Store in memory.
type shelf struct{ entries []Entry }

func (s *shelf) FAQs(context.Context) ([]Entry, error) { return slices.Clone(s.entries), nil }

func (s *shelf) PutFAQ(_ context.Context, entries ...Entry) error {
	for _, e := range entries {
		s.entries = slices.DeleteFunc(s.entries, func(o Entry) bool {
			return o.ID == e.ID && (o.Live() == e.Live() || e.State == StatePublished)
		})
		s.entries = append(s.entries, e)
	}
	slices.SortFunc(s.entries, ByID)
	return nil
}

func TestDesk(t *testing.T) {
	docs := rules()
	d := &Desk{Store: &shelf{}, Docs: docs, Phone: "12345", Now: func() time.Time { return time.Date(2026, 2, 3, 9, 0, 0, 0, time.UTC) }}
	row := func(answer string, state State) []Row {
		return []Row{{Line: 2, Entry: Entry{ID: "a", Question: "补领多少钱", Answer: answer, State: state,
			Citations: []Citation{{Source: "d1.html", Quote: "丢失补领每证收取工本费40元。"}}}}}
	}
	states := func() string {
		t.Helper()
		listed, err := d.List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, l := range listed {
			b.WriteString(l.Answer + ":" + string(l.State) + string(l.Stale) + " ")
		}
		return strings.TrimSpace(b.String())
	}
	steps := []struct {
		name   string
		do     func() (string, error)
		result string
		states string
	}{
		{"import", func() (string, error) { return outcome(d.Import(t.Context(), row("40元", StatePublished), false)) }, "added draft", "40元:draft"},
		{"the same again", func() (string, error) { return outcome(d.Import(t.Context(), row("40元", StatePublished), false)) }, "unchanged draft", "40元:draft"},
		{"publish", func() (string, error) { return problems(d.Publish(t.Context(), "a")) }, "", "40元:published"},
		{"the same once more", func() (string, error) { return outcome(d.Import(t.Context(), row("40元", StatePublished), false)) }, "unchanged published", "40元:published"},
		{"a change waits", func() (string, error) { return outcome(d.Import(t.Context(), row("收40元", StateDraft), false)) }, "updated draft", "40元:published 收40元:draft"},
		{"a wrong figure is held", func() (string, error) { return outcome(d.Import(t.Context(), row("41元", StateDraft), true)) }, "updated draft the figure \"41\"", "40元:published 41元:draft"},
		{"and not published", func() (string, error) { return problems(d.Publish(t.Context(), "a")) }, "41", "40元:published 41元:draft"},
		{"import and publish", func() (string, error) { return outcome(d.Import(t.Context(), row("收40元", StateDraft), true)) }, "updated published", "收40元:published"},
		{"withdraw", func() (string, error) { return "", d.Withdraw(t.Context(), "a") }, "", "收40元:withdrawn"},
		{"publish again", func() (string, error) { return problems(d.Publish(t.Context(), "a")) }, "", "收40元:published"},
		{"the document changes", func() (string, error) { docs[0].State = retrieval.StateSuperseded; return "", nil }, "", "收40元:publishedchanged"},
		{"and lacks the words", func() (string, error) { return problems(d.Publish(t.Context(), "a")) }, "no current document", "收40元:publishedchanged"},
		{"it comes back", func() (string, error) { docs[0].State = retrieval.StateCurrent; return "", nil }, "", "收40元:published"},
		{"it is repealed", func() (string, error) { docs[0].Validity = retrieval.ValidityRepealed; return "", nil }, "", "收40元:publishedout_of_force"},
		{"and cannot be published", func() (string, error) { return problems(d.Publish(t.Context(), "a")) }, "not in force", "收40元:publishedout_of_force"},
		{"withdrawn by file", func() (string, error) { return outcome(d.Import(t.Context(), row("收40元", StateWithdrawn), false)) }, "updated withdrawn", "收40元:withdrawn"},
	}
	for _, s := range steps {
		got, err := s.do()
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		if !strings.Contains(got, s.result) || s.result == "" && got != "" {
			t.Errorf("%s: %q, want %q", s.name, got, s.result)
		}
		if now := states(); now != s.states {
			t.Errorf("%s: %s, want %s", s.name, now, s.states)
		}
	}
	for _, err := range []error{d.Withdraw(t.Context(), "z"), second(d.Publish(t.Context(), "z"))} {
		if err == nil || !strings.Contains(err.Error(), "no such curated answer") {
			t.Errorf("an unknown ID: %v", err)
		}
	}
}

func second(_ []Problem, err error) error { return err }

func outcome(reports []Imported, err error) (string, error) {
	if err != nil {
		return "", err
	}
	says := string(reports[0].Status) + " " + string(reports[0].State)
	for _, p := range reports[0].Problems {
		says += " " + p.Text
	}
	return says, nil
}

func problems(list []Problem, err error) (string, error) {
	says := ""
	for _, p := range list {
		says += p.Text
	}
	return says, err
}
