package staff

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/blocklist"
	"zhiwen/bot/directory"
	"zhiwen/bot/faq"
	"zhiwen/bot/records"
	"zhiwen/bot/review"
	"zhiwen/ingest"
	"zhiwen/retrieval"
)

// curatedAnswers publishes what staff write to questions.
type curatedAnswers struct{ desk *faq.Desk }

// Now implements review.Applier.
func (a curatedAnswers) Now(ctx context.Context, id string) (json.RawMessage, error) {
	entries, err := a.desk.Store.FAQs(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.ID == id && e.Live() {
			return json.Marshal(e)
		}
	}
	return json.RawMessage("null"), nil
}

// Apply implements review.Applier.
func (a curatedAnswers) Apply(ctx context.Context, c review.Change, _ retrieval.Act) error {
	var e *faq.Entry
	if err := json.Unmarshal(c.After, &e); err != nil {
		return err
	}
	if e == nil || e.State == faq.StateWithdrawn { // back to what was before it was first published
		err := a.desk.Withdraw(ctx, c.Subject)
		if errors.Is(err, faq.ErrNotFound) {
			return nil
		}
		return err
	}
	e.State, e.Updated = faq.StateDraft, a.desk.Now().UTC()
	if err := a.desk.Store.PutFAQ(ctx, *e); err != nil {
		return err
	}
	problems, err := a.desk.Publish(ctx, e.ID)
	if err == nil && len(problems) > 0 {
		return review.Problem("不能发布：" + answerProblems(problems))
	}
	return err
}

// Audited implements review.Applier: what an answer says may be a document's
// words, so that only its sum is kept.
func (a curatedAnswers) Audited(c review.Change) (before, after string) {
	short := func(raw json.RawMessage) string {
		var e *faq.Entry
		if json.Unmarshal(raw, &e) != nil || e == nil {
			return ""
		}
		type place struct {
			DocID      string
			Start, End int
		}
		var places []place
		for _, c := range e.Citations {
			places = append(places, place{c.DocID, c.Start, c.End})
		}
		sum := sha256.Sum256(raw)
		b, err := json.Marshal(map[string]any{"question": e.Question, "owner": e.Owner, "valid_until": e.ValidUntil, "cites": places, "sha256": hex.EncodeToString(sum[:])})
		if err != nil {
			return ""
		}
		return string(b)
	}
	return short(c.Before), short(c.After)
}

// upload is what a change of an uploaded document says: which it is.
type upload struct {
	DocID   string `json:"doc_id"`
	Title   string `json:"title"`
	Source  string `json:"source"`
	Chars   int    `json:"chars"`
	Quality string `json:"quality"`
}

// uploads shows documents that were held back.
type uploads struct {
	library   Library
	librarian Librarian
}

// Now implements review.Applier.
func (uploads) Now(context.Context, string) (json.RawMessage, error) {
	return json.RawMessage("null"), nil
}

// Apply implements review.Applier.
func (u uploads) Apply(ctx context.Context, c review.Change, act retrieval.Act) error {
	if string(c.After) == "null" {
		doc, err := u.library.Version(ctx, c.Subject)
		if err != nil {
			return err
		}
		act.Action, act.Subject = "withdraw", doc.Key
		return u.librarian.Withdraw(ctx, doc.Key, act)
	}
	act.Action = "release"
	err := u.librarian.Release(ctx, c.Subject, act)
	if errors.Is(err, ingest.ErrNotHeld) { // released before, by an Apply that was cut short
		return nil
	}
	return err
}

// Audited implements review.Applier.
func (uploads) Audited(c review.Change) (before, after string) {
	return string(c.Before), string(c.After)
}

// rulings sets metadata and validity of documents.
type rulings struct {
	library   Library
	librarian Librarian
}

// Now implements review.Applier.
func (r rulings) Now(ctx context.Context, key string) (json.RawMessage, error) {
	all, err := r.library.Rulings(ctx)
	if err != nil {
		return nil, err
	}
	for _, ruling := range all {
		if ruling.Key == key {
			return json.Marshal(ruling)
		}
	}
	return json.Marshal(ingest.Ruling{Key: key})
}

// Apply implements review.Applier.
func (r rulings) Apply(ctx context.Context, c review.Change, act retrieval.Act) error {
	ruling := ingest.Ruling{}
	if err := json.Unmarshal(c.After, &ruling); err != nil {
		return err
	}
	ruling.Key, act.Action = c.Subject, "mark"
	return r.librarian.Rule(ctx, ruling, act)
}

// Audited implements review.Applier.
func (rulings) Audited(c review.Change) (before, after string) {
	return string(c.Before), string(c.After)
}

// offices changes entries of the 部门通讯录, by name.
type offices struct{ store Offices }

// Now implements review.Applier.
func (o offices) Now(ctx context.Context, name string) (json.RawMessage, error) {
	d, err := o.store.Directory(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range d.Entries {
		if e.Name == name {
			return json.Marshal(e)
		}
	}
	return json.RawMessage("null"), nil
}

// Apply implements review.Applier.
func (o offices) Apply(ctx context.Context, c review.Change, _ retrieval.Act) error {
	var e *directory.Entry
	if err := json.Unmarshal(c.After, &e); err != nil {
		return err
	}
	d, err := o.store.Directory(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(d.Entries, func(e directory.Entry) bool { return e.Name == c.Subject })
	switch {
	case e == nil && at >= 0:
		d.Entries = slices.Delete(d.Entries, at, at+1)
	case e != nil && at >= 0:
		d.Entries[at] = *e
	case e != nil:
		d.Entries = append(d.Entries, *e)
	}
	return o.store.PutOffices(ctx, d.Entries)
}

// Audited implements review.Applier.
func (offices) Audited(c review.Change) (before, after string) {
	return string(c.Before), string(c.After)
}

// WordsKind is the kind of the records of tables of words, and their IDs; a
// body is a JSON string.
const (
	WordsKind     = "words"
	WordsSynonyms = "synonyms"
	WordsBlocked  = "blocklist"
	wordsHolidays = "holidays" // kept with the directory
)

// wordTables changes tables of words, whole.
type wordTables struct {
	store   records.Store
	offices Offices
	now     func() time.Time
}

// text gives a table as it holds now.
func (t wordTables) text(ctx context.Context, id string) (string, records.Record, error) {
	if id == wordsHolidays {
		d, err := t.offices.Directory(ctx)
		return directory.WriteDays(d.Days), records.Record{}, err
	}
	text := ""
	r, err := records.Load(ctx, t.store, WordsKind, id, &text)
	if errors.Is(err, retrieval.ErrNotFound) {
		r, err = records.Record{Kind: WordsKind, ID: id}, nil
	}
	return text, r, err
}

// Now implements review.Applier.
func (t wordTables) Now(ctx context.Context, id string) (json.RawMessage, error) {
	text, _, err := t.text(ctx, id)
	if err != nil {
		return nil, err
	}
	return json.Marshal(text)
}

// Apply implements review.Applier. A table that was changed since is not
// overwritten.
func (t wordTables) Apply(ctx context.Context, c review.Change, _ retrieval.Act) error {
	before, after := "", ""
	if err := errors.Join(json.Unmarshal(c.Before, &before), json.Unmarshal(c.After, &after)); err != nil {
		return err
	}
	now, r, err := t.text(ctx, c.Subject)
	switch {
	case err != nil:
		return err
	case now == after:
		return nil
	case now != before:
		return review.Problem("这张表在提交之后又有变化，请退回，由提交人在新表上重新修改。")
	}
	if c.Subject == wordsHolidays {
		days, err := directory.ReadDays([]byte(after))
		if err != nil {
			return err
		}
		return t.offices.PutDays(ctx, days)
	}
	r.Updated = t.now()
	return records.Save(ctx, t.store, r, after)
}

// Audited implements review.Applier: the lines that go and those that come.
func (wordTables) Audited(c review.Change) (before, after string) {
	var was, becomes string
	if json.Unmarshal(c.Before, &was) != nil || json.Unmarshal(c.After, &becomes) != nil {
		return "", ""
	}
	return strings.Join(without(linesOf(was), linesOf(becomes)), "\n"), strings.Join(without(linesOf(becomes), linesOf(was)), "\n")
}

func linesOf(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") }

func without(lines, others []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return slices.Contains(others, l) })
}

// checkWords says what is wrong with a table, in one sentence.
func checkWords(id, text string) error {
	var err error
	switch id {
	case WordsSynonyms:
		_, err = bot.ParseSynonyms(text)
	case WordsBlocked:
		_, err = blocklist.Parse(text)
	case wordsHolidays:
		_, err = directory.ReadDays([]byte(text))
	default:
		return fmt.Errorf("没有名为“%s”的表", id)
	}
	return err
}
