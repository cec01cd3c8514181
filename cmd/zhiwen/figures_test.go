package main

import (
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zhiwen/bot/eval"
	"zhiwen/ingest/jsonl"
)

// figuresFile holds the figures of the last change that was measured.
const figuresFile = "testdata/figures.json"

// mayFall is how far a figure may fall before a change is called worse.
const mayFall = .01

// figures are the shares that a change is judged by.
type figures map[string]float64

func figuresOf(t *testing.T, r eval.Report) figures {
	t.Helper()
	f := figures{}
	for name, value := range map[string]*float64{
		"recall@5": r.Recall5, "ndcg@10": r.NDCG10, "answer_recall": r.AnswerRecall, "answer_rouge_l": r.AnswerRougeL, "answered_rate": r.AnsweredRate,
		"refused_rate": r.RefusedRate, "refusal_auroc": r.RefusalAUROC, "quote_exact_rate": r.QuoteExactRate, "figure_supported_rate": r.FigureSupportedRate,
	} {
		if value != nil {
			f[name] = *value
		}
	}
	return f
}

// compareFigures fails where a set's figures fell by more than mayFall; with
// -update it keeps them instead.
func compareFigures(t *testing.T, set string, got figures) {
	t.Helper()
	kept := map[string]figures{}
	if err := json.Unmarshal(read(t, figuresFile), &kept); err != nil {
		t.Fatalf("%s: %v", figuresFile, err)
	}
	if *update {
		kept[set] = got
		b, err := json.MarshalIndent(kept, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(figuresFile, append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if len(kept[set]) == 0 {
		t.Fatalf("%s has no figures of %s; go test -run %s -update keeps these: %v", figuresFile, set, t.Name(), got)
	}
	for name, before := range kept[set] {
		t.Logf("%s %s: %.4f, was %.4f", set, name, got[name], before)
		if got[name] < before-mayFall {
			t.Errorf("%s of %s fell from %.4f to %.4f", name, set, before, got[name])
		}
	}
}

// TestFigures asks 300 questions of four sets, and 60 without an answer, in one
// collection of the documents that they are about, by words alone: so the
// figures are the same on every machine. TestSoakEval asks all, with the models.
func TestFigures(t *testing.T) {
	if _, err := os.Stat(evalSets); err != nil {
		t.Skip("left out: ../shared/eval is not here")
	}
	t.Setenv("ZHIWEN_ORT_LIB", "/none")
	m := mix{folder: t.TempDir()}
	for _, part := range []struct {
		set       string
		questions int
	}{{"ncp_policy", 120}, {"gov_letters", 60}, {"dureader_robust", 60}, {"procuratorate_faq", 60}} {
		m.add(t, part.set, part.questions)
	}
	m.addUnanswerable(t, "ncp_policy", 60)
	m.write(t)
	out := zhiwenAsSet(t, "eval", "--json", "--docs", m.file("docs"), "--queries", m.file("queries"), "--unanswerable", m.file("unanswerable"))
	if out.code != 0 {
		t.Fatalf("eval: exit %d: %s", out.code, out.stderr)
	}
	var report eval.Report
	if err := json.Unmarshal([]byte(out.stdout), &report); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d documents, %d chunks, %d questions", report.Docs, report.Chunks, report.Queries)
	compareFigures(t, "sample", figuresOf(t, report))
}

// mix are questions of several sets with the documents that they are about.
type mix struct {
	folder                      string
	docs, queries, unanswerable []map[string]any
}

func (m *mix) file(name string) string { return filepath.Join(m.folder, name+".jsonl") }

// add takes the n answerable questions of a set with the smallest sha256(id).
func (m *mix) add(t *testing.T, set string, n int) {
	t.Helper()
	queries := slices.DeleteFunc(setRows(t, set, "queries"), func(q map[string]any) bool {
		return q["generic_reply"] == true || q["answerable"] == false
	})
	wanted := map[string]bool{}
	for _, q := range smallest(queries, n) {
		if id, ok := q["doc_id"].(string); ok {
			q["doc_ids"] = []any{id}
			delete(q, "doc_id")
		}
		var ids []string
		for _, id := range q["doc_ids"].([]any) {
			wanted[id.(string)] = true
			ids = append(ids, set+"/"+id.(string))
		}
		q["doc_ids"] = ids
		m.queries = append(m.queries, q)
	}
	for _, d := range setRows(t, set, "docs") {
		if id := d["id"].(string); wanted[id] {
			d["id"] = set + "/" + id
			m.docs = append(m.docs, d)
		}
	}
}

func (m *mix) addUnanswerable(t *testing.T, set string, n int) {
	t.Helper()
	rows := slices.DeleteFunc(setRows(t, set, "queries_outofcorpus"), func(q map[string]any) bool { return q["strict_unanswerable"] == false })
	m.unanswerable = append(m.unanswerable, smallest(rows, n)...)
}

func (m *mix) write(t *testing.T) {
	t.Helper()
	for name, rows := range map[string][]map[string]any{"docs": m.docs, "queries": m.queries, "unanswerable": m.unanswerable} {
		var b strings.Builder
		for _, row := range rows {
			line, err := json.Marshal(row)
			if err != nil {
				t.Fatal(err)
			}
			b.Write(append(line, '\n'))
		}
		if err := os.WriteFile(m.file(name), []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// setRows reads a file of a set of ../shared/eval.
func setRows(t *testing.T, set, name string) []map[string]any {
	t.Helper()
	f, err := os.Open(filepath.Join(evalSets, set, name+".jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]any
	jsonl.Decode(unpacked, name, func(row map[string]any, err error) bool {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
		return true
	})
	return rows
}

// smallest gives the n rows with the smallest sha256(id).
func smallest(rows []map[string]any, n int) []map[string]any {
	sum := func(row map[string]any) string {
		h := sha256.Sum256([]byte(row["id"].(string)))
		return hex.EncodeToString(h[:])
	}
	slices.SortFunc(rows, func(a, b map[string]any) int { return cmp.Compare(sum(a), sum(b)) })
	return rows[:min(n, len(rows))]
}
