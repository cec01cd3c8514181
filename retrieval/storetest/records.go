package storetest

import (
	"testing"
	"time"

	"zhiwen/bot/records"
	"zhiwen/retrieval"
)

func testRecords(t *testing.T, s Store) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 8000, time.UTC)
	put := func(kind, id string, rev int64, body string, acts ...retrieval.Act) error {
		return s.PutRecord(t.Context(), records.Record{Kind: kind, ID: id, Rev: rev, Updated: at, Body: []byte(body)}, acts...)
	}
	_, err := s.Record(t.Context(), "account", "周文")
	wantError(t, "Record", err, retrieval.ErrNotFound)
	act := retrieval.Act{At: at, Actor: "周文", Action: "account", Subject: "周文", Before: `{}`, After: `{"a":1}`}
	for _, err := range []error{
		put("account", "周文", 0, `{"a":1}`, act), put("account", "安", 0, `{}`), put("change", "周文", 0, `[]`), put("account", "周文", 1, `{"a":2}`, act),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	// Whoever has an old one, or thinks there is none, changes nothing and leaves
	// no trace.
	wantError(t, "put over a newer one", put("account", "周文", 1, `{"a":3}`, act), records.ErrChanged)
	wantError(t, "put a new one over it", put("account", "周文", 0, `{"a":3}`, act), records.ErrChanged)
	wantError(t, "put over one that is gone", put("account", "无", 7, `{}`, act), records.ErrChanged)

	r, err := s.Record(t.Context(), "account", "周文")
	if err != nil || r.Rev != 2 || string(r.Body) != `{"a":2}` || !r.Updated.Equal(at) {
		t.Errorf("record %+v, %v", r, err)
	}
	all, err := s.Records(t.Context(), "account")
	if err != nil || len(all) != 2 || all[0].ID != "周文" || all[1].ID != "安" {
		t.Errorf("records %+v, %v", all, err)
	}
	for range 2 {
		if err := s.DeleteRecord(t.Context(), "account", "周文", act); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.AddActs(t.Context(), act, act); err != nil {
		t.Fatal(err)
	}
	audit, err := s.Audit(t.Context())
	if err != nil || len(audit) != 6 {
		t.Errorf("the audit has %d acts, %v", len(audit), err)
	}
	if err := retrieval.VerifyAudit(audit); err != nil {
		t.Error(err)
	}
}
