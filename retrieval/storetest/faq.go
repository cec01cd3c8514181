package storetest

import (
	"reflect"
	"testing"
	"time"

	"zhiwen/bot/faq"
)

func testFAQ(t *testing.T, s Store) {
	if entries, err := s.FAQs(t.Context()); err != nil || len(entries) != 0 {
		t.Errorf("curated answers of an empty store: %v, %v", entries, err)
	}
	entry := func(id, answer string, state faq.State) faq.Entry {
		return faq.Entry{
			ID: id, Question: "居住证怎么办？", Variants: []string{"办居住证\t要啥", "“居住证”"}, Negatives: []string{"身份证怎么办"},
			Answer: answer, Owner: "公安局", ValidUntil: "2027-01-31", State: state,
			Citations: []faq.Citation{{Source: "https://example.gov.cn/1", DocID: "d1", Quote: "𠮷字", Start: 3, End: 9}},
			Updated:   time.Date(2026, 2, 3, 4, 5, 6, 7000, time.UTC),
		}
	}
	var last int64
	step := func(name string, put []faq.Entry, want ...faq.Entry) {
		t.Helper()
		if err := s.PutFAQ(t.Context(), put...); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := s.FAQs(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i := range got {
			got[i].Updated = got[i].Updated.UTC()
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n%+v, want\n%+v", name, got, want)
		}
		generation, err := s.FAQGeneration(t.Context())
		if err != nil || generation <= last {
			t.Errorf("%s: generation %d after %d, %v", name, generation, last, err)
		}
		last = generation
	}
	bare := faq.Entry{ID: "a", Question: "问", Answer: "答", State: faq.StateDraft, Updated: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)}
	draft, public := entry("b", "一", faq.StateDraft), entry("b", "一", faq.StatePublished)
	step("two drafts", []faq.Entry{draft, bare}, bare, draft)
	step("publishing takes the draft's place", []faq.Entry{public}, bare, public)
	next := entry("b", "二", faq.StateDraft)
	step("a draft beside the public one", []faq.Entry{next}, bare, public, next)
	withdrawn := entry("b", "一", faq.StateWithdrawn)
	step("withdrawing keeps the draft", []faq.Entry{withdrawn}, bare, withdrawn, next)
	public = entry("b", "二", faq.StatePublished)
	step("public again", []faq.Entry{public}, bare, public)
}
