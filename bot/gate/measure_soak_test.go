//go:build soak

package gate

import (
	"bufio"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"zhiwen/bot/tables"
)

const evalFolder = "../../../shared/eval"

func gzRows[Row any](t *testing.T, file string) []Row {
	t.Helper()
	f, err := os.Open(filepath.Join(evalFolder, file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var rows []Row
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var r Row
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

// gold is a gold answer with the part of its document around it.
type gold struct{ id, answer, passage, title string }

// around is how much of a document stands on either side of an answer, in
// bytes: together what an answer quotes, and more.
const around = 450

func golds(t *testing.T, set, docs, queries string) []gold {
	texts, titles := map[string]string{}, map[string]string{}
	for _, d := range gzRows[struct{ ID, Title, Text string }](t, set+"/"+docs) {
		texts[d.ID], titles[d.ID] = d.Text, d.Title
	}
	var all []gold
	for _, q := range gzRows[struct {
		ID, Answer string
		DocID      string `json:"doc_id"`
	}](t, set+"/"+queries) {
		answer := strings.Trim(strings.TrimSpace(q.Answer), "。；;，, ")
		text := texts[q.DocID]
		at := strings.Index(text, answer)
		runes := utf8.RuneCountInString(answer)
		if at < 0 || runes < 6 || runes > 150 || strings.ContainsAny(answer, "。\n！？!?[]【】") {
			continue
		}
		from, to := max(0, at-around), min(len(text), at+len(answer)+around)
		for from > 0 && !utf8.RuneStart(text[from]) {
			from--
		}
		for to < len(text) && !utf8.RuneStart(text[to]) {
			to++
		}
		all = append(all, gold{q.ID, answer, text[from:to], titles[q.DocID]})
	}
	return all
}

var (
	digits   = regexp.MustCompile(`\d+`)
	yearOnly = regexp.MustCompile(`(?:19|20)\d\d年`)
)

// corruptions makes of a gold answer sentences that its passage does not bear
// out, by kind.
func corruptions(g, other gold) map[string]string {
	made := map[string]string{"invented": other.answer}
	if at := digits.FindStringIndex(g.answer); at != nil {
		n, err := strconv.Atoi(g.answer[at[0]:at[1]])
		if err == nil {
			made["figure changed"] = g.answer[:at[0]] + strconv.Itoa(n+3) + g.answer[at[1]:]
		}
	}
	if at := strings.IndexAny(g.answer, refusing); at >= 0 {
		made["refusal left out"] = g.answer[:at] + g.answer[at+len(firstString(g.answer[at:])):]
	}
	if y := yearOnly.FindString(g.answer); y != "" {
		for _, another := range append(yearOnly.FindAllString(g.passage, -1), "2009年") {
			if another != y {
				made["year swapped"] = strings.Replace(g.answer, y, another, 1)
				break
			}
		}
	}
	if name, another := office.FindString(g.answer), office.FindString(other.passage); name != "" && another != "" && !strings.Contains(g.passage, another) {
		made["name swapped"] = strings.Replace(g.answer, name, another, 1)
	}
	return made
}

// everyCase gives each gold answer as it is and all that is made of it, with the
// source that it cites as the first and another's passage as the second.
func everyCase(all []gold, take func(kind string, g gold, sentence, cite string, second gold)) {
	for i, g := range all {
		other := all[(i+7)%len(all)]
		take("faithful", g, g.answer, "[1]", other)
		if !strings.Contains(other.passage, g.answer) {
			take("citation moved", g, g.answer, "[2]", other)
		}
		for kind, sentence := range corruptions(g, other) {
			if !strings.Contains(g.passage, sentence) {
				take(kind, g, sentence, "[1]", other)
			}
		}
	}
}

// measuredOn are the gold answers that the gate is measured on.
func measuredOn(t *testing.T) []gold {
	return append(golds(t, "ncp_policy", "docs.jsonl.gz", "queries.jsonl.gz"), golds(t, "cmrc2018", "docs.jsonl.gz", "queries.jsonl.gz")...)
}

// TestMeasure measures the gate on gold answers of ../shared/eval and on what
// it makes of them at run time.
func TestMeasure(t *testing.T) {
	made, stopped := map[string]int{}, map[string]int{}
	shown := 0
	everyCase(measuredOn(t), func(kind string, g gold, sentence, cite string, second gold) {
		gate := runOn([]Source{{N: 1, Text: g.passage, Meta: g.title}, {N: 2, Text: second.passage, Meta: second.title}}, sentence+"。"+cite)
		made[kind]++
		for _, s := range gate.Judged() {
			if s.Reason != Passed {
				stopped[kind]++
				if kind == "faithful" && shown < 8 {
					shown++
					t.Logf("%s: stopped for %s: %s", kind, s.Reason, s.Text)
				}
				return
			}
		}
		if kind != "faithful" && shown < 40 {
			shown++
			t.Logf("%s: passed: %s\n   %s", kind, sentence, g.answer)
		}
	})
	corrupted, held := 0, 0
	for kind, n := range made {
		t.Logf("%-15s %5d made, %.4f stopped", kind, n, float64(stopped[kind])/float64(n))
		if kind != "faithful" {
			corrupted, held = corrupted+n, held+stopped[kind]
		}
	}
	caught, lost := float64(held)/float64(corrupted), float64(stopped["faithful"])/float64(made["faithful"])
	t.Logf("of %d corrupted sentences %.4f are stopped, of %d faithful ones %.4f", corrupted, caught, made["faithful"], lost)
	if corrupted < 2000 || caught < 0.99 || lost > 0.03 {
		t.Error("the gate holds less than it must")
	}
}

//go:embed testdata/rewordings.tsv
var rewordingsTable string

// TestRewordings measures how many faithful rewordings of gold answers the gate
// stops, by reason.
func TestRewordings(t *testing.T) {
	passages := goldsByID(t)
	made, stopped, reasons := 0, 0, map[Reason]int{}
	for _, line := range tables.Lines(rewordingsTable) {
		id, sentence := cutLast(line)
		g, known := passages[id]
		if !known {
			t.Errorf("no gold answer %s", id)
			continue
		}
		for _, s := range runOn([]Source{{N: 1, Text: g.passage, Meta: g.title}}, sentence+"[1]\n").Judged() {
			made++
			if s.Reason != Passed {
				stopped++
				reasons[s.Reason]++
				t.Logf("stopped for %s: %s\n   %s", s.Reason, s.Text, g.answer)
			}
		}
	}
	t.Logf("%d of %d faithful rewordings are stopped: %v", stopped, made, reasons)
	if made < 300 || float64(stopped) > mostRewordingsStopped*float64(made) {
		t.Error("the gate stops more of them than when they were last measured")
	}
}

// goldsByID are the gold answers by set and ID, as the table of rewordings names
// them.
func goldsByID(t *testing.T) map[string]gold {
	by := map[string]gold{}
	for _, set := range []string{"ncp_policy", "cmrc2018"} {
		for _, g := range golds(t, set, "docs.jsonl.gz", "queries.jsonl.gz") {
			by[set+"\t"+g.id] = g
		}
	}
	return by
}

// cutLast cuts a line at its last tab.
func cutLast(line string) (before, after string) {
	at := strings.LastIndexByte(line, '\t')
	return line[:at], line[at+1:]
}

// mostRewordingsStopped is the share that was stopped when it was last measured.
const mostRewordingsStopped = 0.05
