package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zhiwen/bot/check"
	"zhiwen/bot/check/planted"
	"zhiwen/ingest"
	"zhiwen/ingest/jsonl"
	"zhiwen/retrieval"
	"zhiwen/retrieval/sqlitestore"
)

// checkPlan says how much is measured.
type checkPlan struct {
	every       int // document of the sets is taken
	alterations int
	references  int
	yearBefore  int
}

// TestCheckSample measures a part of what TestSoakCheck does.
func TestCheckSample(t *testing.T) {
	if testing.Short() {
		t.Skip("left out: a measurement, with -short")
	}
	measureCheck(t, checkPlan{every: 80, alterations: 120, references: 24, yearBefore: 80})
}

// lawRow is a document of the sets.
type lawRow struct {
	ID, Title, Text string
	Year            any // a number or its digits
}

func (r lawRow) year() string { return fmt.Sprint(r.Year) }

func (r lawRow) document() planted.Document {
	return planted.Document{ID: r.ID, Title: r.Title, Text: r.Text}
}

// checkSets reads every n-th document of the sets; reports come apart.
func checkSets(t *testing.T, every int) (laws, reports []lawRow) {
	sets := filepath.Join("..", "..", "..", "shared", "eval")
	if _, err := os.Stat(sets); err != nil {
		t.Skip("left out: ../shared/eval is not here")
	}
	for _, name := range []string{"laws_docs/docs_local", "laws_docs/docs_national", "city_ordinances/docs", "gov_reports/docs"} {
		n := 0
		for row, err := range jsonl.File[lawRow](filepath.Join(sets, name+".jsonl.gz")) {
			if err != nil {
				t.Fatal(err)
			}
			isReport := strings.HasPrefix(name, "gov_reports")
			if n++; n%every != 0 && !(isReport && every > 1 && n%4 == 0) {
				continue
			}
			if isReport {
				reports = append(reports, row)
			} else {
				laws = append(laws, row)
			}
		}
	}
	return laws, reports
}

// checkerOver stores documents and gives a checker over them.
func checkerOver(t *testing.T, rows []lawRow) *check.Checker {
	t.Helper()
	st, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	ingester := &ingest.Ingester{Store: st}
	docs := func(yield func(ingest.RawDoc, error) bool) {
		for _, r := range rows {
			if !yield(ingest.RawDoc{Key: r.ID, Title: r.Title, Text: r.Text}, nil) {
				return
			}
		}
	}
	if _, err := ingester.Documents(t.Context(), docs, func(r ingest.Report) {
		if r.Status == ingest.StatusFailed {
			t.Errorf("%s: %s", r.Source, r.Error)
		}
	}); err != nil {
		t.Fatal(err)
	}
	return check.New(st, st, nil)
}

func measureCheck(t *testing.T, plan checkPlan) {
	laws, reports := checkSets(t, plan.every)
	r := rand.New(rand.NewPCG(11, 2026))
	r.Shuffle(len(laws), func(i, j int) { laws[i], laws[j] = laws[j], laws[i] })
	// Some laws are left out of the collection: references to them are right
	// and cannot be judged.
	missing, held := leftOut(laws, plan.references)
	checker := checkerOver(t, slices.Concat(held, reports))
	t.Run("alterations", func(t *testing.T) { measureAlterations(t, checker, slices.Concat(held, reports), plan, r) })
	t.Run("missing laws", func(t *testing.T) { measureMissing(t, checker, missing, plan, r) })
	t.Run("wrong clauses", func(t *testing.T) { measureWrongClauses(t, checker, held, plan, r) })
	t.Run("year before", func(t *testing.T) { measureYearBefore(t, plan, r) })
}

// leftOut takes out laws with 条, and all others of their titles.
func leftOut(laws []lawRow, references int) (out, held []lawRow) {
	titles := map[string]bool{}
	for _, l := range laws {
		if len(out) < max(references/4, 10) && strings.Contains(l.Text, "第八条") && strings.HasSuffix(l.Title, "条例") {
			out = append(out, l)
			titles[l.Title] = true
		}
	}
	held = slices.DeleteFunc(slices.Clone(laws), func(l lawRow) bool { return titles[l.Title] })
	return out, held
}

func measureAlterations(t *testing.T, checker *check.Checker, docs []lawRow, plan checkPlan, r *rand.Rand) {
	wanted := map[planted.Kind]int{}
	for _, k := range planted.Kinds {
		wanted[k] = plan.alterations / len(planted.Kinds)
	}
	n, found, exact, untouched, flagged := 0, 0, 0, 0, 0
	missed := map[planted.Kind]int{}
	docs = slices.Clone(docs)
	r.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	for _, doc := range docs {
		left := 0
		for _, n := range wanted {
			left += n
		}
		if left == 0 {
			break
		}
		draft := planted.Plant(doc.document(), r, wanted, 12)
		if len(draft.Alterations) == 0 {
			continue
		}
		report, err := checker.Check(t.Context(), check.Draft{Title: doc.Title, Text: draft.Altered}, nil)
		if err != nil {
			t.Fatal(err)
		}
		checkReport(t, draft.Altered, report)
		for _, a := range draft.Alterations {
			n++
			ok, right := foundAt(report, a)
			if ok {
				found++
			}
			if right {
				exact++
			}
			if !ok {
				missed[a.Kind]++
			}
			if !ok || !right {
				logCase(t, report, a, ok)
			}
		}
		for _, s := range report.Segments {
			if slices.ContainsFunc(draft.Alterations, func(a planted.Alteration) bool { return s.Start < a.End && a.Start < s.End }) {
				continue
			}
			untouched++
			if s.Verdict != check.Verbatim || s.Reason == check.ReasonCut || s.Reason == check.ReasonOrder || s.Reason == check.ReasonElsewhere {
				if flagged++; flagged <= 20 {
					t.Logf("flagged %s %s: %.100s", s.Verdict, s.Reason, s.Text)
				}
			}
		}
	}
	share := func(n, of int) float64 { return float64(n) / float64(max(of, 1)) }
	t.Logf("%d alterations: found %.4f, diff exact %.4f of those found; missed %v; left over %v", n, share(found, n), share(exact, found), missed, wanted)
	t.Logf("%d untouched sentences: flagged %.4f", untouched, share(flagged, untouched))
	if n < plan.alterations*9/10 || share(found, n) < .99 || share(exact, found) < .98 || share(flagged, untouched) > .01 {
		t.Error("want 0.99 found, 0.98 exact, at most 0.01 flagged")
	}
}

// checkReport holds a report to what must always be true of one.
func checkReport(t *testing.T, draft string, r check.Report) {
	t.Helper()
	for _, s := range r.Segments {
		if draft[s.Start:s.End] != s.Text {
			t.Fatalf("segment %q is not the draft's %q", s.Text, draft[s.Start:s.End])
		}
		for _, m := range s.Matches {
			var said strings.Builder
			for _, op := range m.Diff {
				if op.Op != check.Delete {
					said.WriteString(op.Text)
				}
			}
			if s.Reason != check.ReasonReferenceHolds && s.Verdict != check.ReferenceWrong && len(m.Diff) > 0 && said.String() != s.Text && m.Role != check.RoleCited {
				t.Errorf("the diff of %q reads %q", s.Text, said.String())
			}
		}
	}
}

// foundAt says whether an alteration was found, and whether the diff shows it
// and nothing else.
func foundAt(r check.Report, a planted.Alteration) (found, exact bool) {
	for _, s := range r.Segments {
		if s.End <= a.Start || a.End <= s.Start {
			continue
		}
		if a.Kind == planted.Swap {
			if s.Reason == check.ReasonOrder {
				return true, true
			}
			continue
		}
		if s.Verdict == check.Verbatim && s.Reason != check.ReasonCut && s.Reason != check.ReasonElsewhere {
			continue
		}
		found = true
		if n := len(s.Matches); n > 0 { // of ReasonElsewhere the last one is the text's own
			exact = exact || isExact(s.Matches[n-1].Diff, a) || isExact(s.Matches[0].Diff, a)
		}
	}
	return found, exact
}

var tokenPattern = regexp.MustCompile(`\d+(?:\.\d+)?%?|[〇零一二三四五六七八九十百千万亿两]+|.|\n`)

// isExact compares a diff with what was planted: one change, of as many
// characters as the tokens that differ.
func isExact(diff []check.Op, a planted.Alteration) bool {
	before, after := tokenPattern.FindAllString(retrieval.FoldTight(a.Before).Text, -1), tokenPattern.FindAllString(retrieval.FoldTight(a.After).Text, -1)
	for len(before) > 0 && len(after) > 0 && before[0] == after[0] {
		before, after = before[1:], after[1:]
	}
	for len(before) > 0 && len(after) > 0 && before[len(before)-1] == after[len(after)-1] {
		before, after = before[:len(before)-1], after[:len(after)-1]
	}
	var deleted, inserted, changes int
	open := false
	for _, op := range diff {
		tight := len(retrieval.FoldTight(op.Text).Text)
		switch op.Op {
		case check.Delete:
			deleted += tight
		case check.Insert:
			inserted += tight
		}
		if op.Op != check.Equal && !open {
			changes++
		}
		open = op.Op != check.Equal
	}
	return changes == 1 && deleted == len(strings.Join(before, "")) && inserted == len(strings.Join(after, ""))
}

func logCase(t *testing.T, r check.Report, a planted.Alteration, found bool) {
	for _, s := range r.Segments {
		if s.Start < a.End && a.Start < s.End {
			marked := ""
			if len(s.Matches) > 0 {
				marked = "《" + s.Matches[0].Title + "》" + check.Marked(s.Matches[0].Diff)
			}
			t.Logf("%s (found %v): %s %s\n  planted %.300s\n  said    %.400s", a.Kind, found, s.Verdict, s.Reason, a.After, marked)
		}
	}
}

// checkSentences checks sentences as the lines of one draft.
func checkSentences(t *testing.T, checker *check.Checker, sentences []string) []check.Segment {
	t.Helper()
	report, err := checker.Check(t.Context(), check.Draft{Text: strings.Join(sentences, "\n")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report.Segments
}

func measureMissing(t *testing.T, checker *check.Checker, missing []lawRow, plan checkPlan, r *rand.Rand) {
	sentences := cite(missing, r, plan.references, false)
	segments := checkSentences(t, checker, sentences)
	wrong := 0
	for _, s := range segments {
		if s.Verdict != check.NotFound || s.Reason != check.ReasonDocumentMissing {
			wrong++
			t.Logf("%s %s: %.200s", s.Verdict, s.Reason, s.Text)
		}
	}
	t.Logf("%d references to laws that are not held: %d called something else", len(segments), wrong)
	if wrong > 0 || len(segments) < plan.references {
		t.Error("want none called wrong")
	}
}

func measureWrongClauses(t *testing.T, checker *check.Checker, held []lawRow, plan checkPlan, r *rand.Rand) {
	for _, wrong := range []bool{true, false} {
		segments := checkSentences(t, checker, cite(held, r, plan.references, wrong))
		called := 0
		for _, s := range segments {
			if s.Verdict == check.ReferenceWrong {
				called++
			}
			if (s.Verdict == check.ReferenceWrong) != wrong {
				t.Logf("wrong is %v: %s %s: %.200s", wrong, s.Verdict, s.Reason, s.Text)
			}
		}
		share := float64(called) / float64(max(len(segments), 1))
		t.Logf("%d references, wrong is %v: %.4f called wrong", len(segments), wrong, share)
		if len(segments) < plan.references || wrong && share < .95 || !wrong && share > .01 {
			t.Error("want 0.95 of the wrong and at most 0.01 of the right ones called wrong")
		}
	}
}

func cite(laws []lawRow, r *rand.Rand, n int, wrong bool) []string {
	var sentences []string
	for _, l := range laws {
		for _, ref := range planted.Cite(l.document(), ingest.Sections(l.Text, ingest.Marks{}), r, 4, wrong) {
			if sentences = append(sentences, ref.Sentence); len(sentences) == n {
				return sentences
			}
		}
	}
	return sentences
}

// measureYearBefore checks reports against the ones of the year before.
func measureYearBefore(t *testing.T, plan checkPlan, r *rand.Rand) {
	_, reports := checkSets(t, 1)
	byName := map[string]lawRow{}
	year := regexp.MustCompile(`(?:19|20)\d{2}年`)
	for _, row := range reports {
		byName[row.year()+year.ReplaceAllString(row.Title, "")] = row
	}
	altered, all := 0, 0
	for _, row := range reports {
		y, err := strconv.Atoi(row.year())
		before, ok := byName[fmt.Sprint(y-1)+year.ReplaceAllString(row.Title, "")]
		if err != nil || !ok || all >= plan.yearBefore {
			continue
		}
		checker := checkerOver(t, []lawRow{before})
		for _, title := range []string{row.Title, ""} { // pasted without its title, too
			report, err := checker.Check(t.Context(), check.Draft{Title: title, Text: row.Text}, nil)
			if err != nil {
				t.Fatal(err)
			}
			segments := report.Segments
			r.Shuffle(len(segments), func(i, j int) { segments[i], segments[j] = segments[j], segments[i] })
			for _, s := range segments[:min(40, len(segments))] {
				all++
				if s.Verdict == check.Altered {
					altered++
					t.Logf("%s, period %s: %s: %s", row.Title, report.Period, s.Reason, check.Marked(s.Matches[0].Diff))
				}
			}
		}
	}
	t.Logf("%d sentences against the year before: %.4f altered", all, float64(altered)/float64(max(all, 1)))
	if all < plan.yearBefore || float64(altered) > .01*float64(all) {
		t.Error("want at most 0.01 altered")
	}
}
