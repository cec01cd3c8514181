package storetest

import (
	"reflect"
	"testing"

	"zhiwen/ingest"
	"zhiwen/retrieval"
)

func testRulings(t *testing.T, s Store) {
	first := ingest.Ruling{Key: "b", Validity: retrieval.ValidityRepealed}
	second := ingest.Ruling{Key: "a", Expires: "2028-05-31", Effective: "2023-06-01", ReplacedBy: "绩政〔2026〕1号"}
	changed := ingest.Ruling{Key: "b", Validity: retrieval.ValidityInForce}
	for _, r := range []ingest.Ruling{first, second, changed} {
		if err := s.Rule(t.Context(), r, act("mark", r.Key)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Rulings(t.Context()); err != nil || !reflect.DeepEqual(got, []ingest.Ruling{second, changed}) {
		t.Errorf("rulings %+v, %v", got, err)
	}
	if err := s.Rule(t.Context(), ingest.Ruling{Key: "a"}, act("mark", "a")); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Rulings(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("after one is taken back: %+v, %v", got, err)
	}
	if records := audit(t, s); len(records) != 4 {
		t.Errorf("audit: %+v", records)
	}

	repeals := []ingest.Repeal{{Notice: "n", Title: "甲办法", DocNo: "绩政〔2018〕3号", Validity: retrieval.ValidityRepealed}, {Notice: "n", Title: "乙办法", Validity: retrieval.ValidityLapsed}}
	for range 2 {
		if err := s.SetRepeals(t.Context(), "n", repeals); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Repeals(t.Context()); err != nil || !reflect.DeepEqual(got, []ingest.Repeal{repeals[1], repeals[0]}) {
		t.Errorf("repeals %+v, %v", got, err)
	}
	if err := s.SetRepeals(t.Context(), "n", nil); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Repeals(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("after the notice says nothing: %+v, %v", got, err)
	}
}
