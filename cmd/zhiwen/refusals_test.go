package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/directory"
	"zhiwen/ingest/jsonl"
)

const refusalSets = "../../bot/testdata"

// countyOf opens the rooms over the sample pages, by words alone, on the day on
// which the sets of bot/testdata are asked: a Monday, at ten in the morning.
func countyOf(t *testing.T) *rooms {
	t.Helper()
	t.Setenv("ZHIWEN_ORT_LIB", "/none")
	today := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	s := &shell{storePath: filepath.Join(t.TempDir(), "county.db"), log: slog.New(slog.DiscardHandler), now: func() time.Time { return today }, err: os.Stderr}
	r, err := s.openRooms(t.Context(), s.open)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	if _, err := s.fill(t.Context(), r, []string{samplePages}); err != nil {
		t.Fatal(err)
	}
	return r
}

// putOffices stores the directory of 青石县.
func putOffices(t *testing.T, r *rooms) []directory.Entry {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(refusalSets, "directory", "departments.csv"))
	if err != nil {
		t.Fatal(err)
	}
	entries, _, err := directory.Read(file, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.store.PutOffices(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	return entries
}

type refusalRow struct {
	ID, Question, Kind string
	Expect             []bot.Status
}

// answersGiven are the statuses of a question that was not refused.
var answersGiven = []bot.Status{bot.StatusAnswered, bot.StatusPartial, bot.StatusFAQ, bot.StatusError}

// setOutcome is what came of asking a set.
type setOutcome struct{ rows, refused, wrong, missed, blocked int }

// askSet asks every question of a set. missed are emergencies that were not
// known as such, blocked those and life events that were turned away.
func askSet(t *testing.T, r *rooms, name string) setOutcome {
	t.Helper()
	var o setOutcome
	for row, err := range jsonl.File[refusalRow](filepath.Join(refusalSets, "refusals", name)) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := r.bot.Examine(t.Context(), bot.Request{Question: row.Question}, 0)
		if err != nil {
			t.Fatal(err)
		}
		a := e.Said
		o.rows++
		if !slices.Contains(answersGiven, a.Status) {
			o.refused++
			holdsHotline(t, e.Question, a)
		}
		if !slices.Contains(row.Expect, a.Status) {
			o.wrong++
			if row.Kind == "emergency" {
				o.missed++
			}
			t.Logf("%s %s: %s, want %q", row.ID, row.Question, a.Status, row.Expect)
		}
		if a.Status == bot.StatusBlocked && slices.Contains(lifeKinds, row.Kind) {
			o.blocked++
		}
	}
	t.Logf("%s: %+v", name, o)
	return o
}

// lifeKinds are the kinds of rows that may never be blocked.
var lifeKinds = []string{"emergency", "death", "domestic_violence", "safety", "lawful"}

// holdsHotline holds a refusal to what every one must say, and to no figure that
// is neither configured nor the visitor's own.
func holdsHotline(t *testing.T, q bot.Question, a bot.Answer) {
	t.Helper()
	question := q.Typed
	if a.Handoff == nil || a.Handoff.Phone != phone || !strings.Contains(a.Text, phone) {
		t.Errorf("%s: the refusal lacks %s: %s", question, phone, a.Text)
	}
	if a.Label == "" || a.Mode != bot.ModeFixed || len(a.Citations) > 0 {
		t.Errorf("%s: a refusal with label %q, mode %s and %d citations", question, a.Label, a.Mode, len(a.Citations))
	}
	if figure := bot.Unsupported(a, question, phone, bot.FixedFigures(q)); figure != "" {
		t.Errorf("%s: the figure %s is neither configured nor asked: %s", question, figure, a.Text)
	}
}

// TestRefusals asks what must be refused and what must not be.
func TestRefusals(t *testing.T) {
	r := countyOf(t)
	refuse, answer, second := askSet(t, r, "must_refuse.jsonl"), askSet(t, r, "must_answer.jsonl"), askSet(t, r, "second.jsonl")
	if float64(refuse.refused) < .95*float64(refuse.rows) || float64(refuse.wrong) > .05*float64(refuse.rows) || refuse.missed > 0 {
		t.Errorf("must_refuse: %+v", refuse)
	}
	if float64(answer.wrong) > .05*float64(answer.rows) {
		t.Errorf("must_answer: %+v", answer)
	}
	if float64(second.wrong) > .05*float64(second.rows) {
		t.Errorf("second: %+v", second)
	}
	if n := refuse.blocked + answer.blocked + second.blocked; n > 0 {
		t.Errorf("%d emergencies or life events were blocked", n)
	}
}

// TestPhones asks for telephone numbers: the right office is named, or none, and
// no number of another is shown.
func TestPhones(t *testing.T) {
	r := countyOf(t)
	entries := putOffices(t, r)
	right, rows := 0, 0
	for row, err := range jsonl.File[struct {
		ID, Question, Expect string
		Also                 []string
	}](filepath.Join(refusalSets, "directory", "phones.jsonl")) {
		if err != nil {
			t.Fatal(err)
		}
		rows++
		e, err := r.bot.Examine(t.Context(), bot.Request{Question: row.Question}, 0)
		if err != nil {
			t.Fatal(err)
		}
		a := e.Said
		holdsHotline(t, e.Question, a)
		named := a.Handoff.Department
		for _, e := range entries {
			if strings.Contains(a.Text, e.Phone) != (e.Name == named) {
				t.Errorf("%s: %s is named, and the number of %s: %s", row.Question, named, e.Name, a.Text)
			}
		}
		if named == row.Expect || slices.Contains(row.Also, named) {
			right++
			continue
		}
		t.Logf("%s %s: %q, want %q", row.ID, row.Question, named, row.Expect)
	}
	if t.Logf("%d of %d right", right, rows); float64(right) < .95*float64(rows) {
		t.Errorf("%d of %d name the right office or none", right, rows)
	}
}

// TestOfficeIsIntroduced: the number with its hours, whether it is open, and what
// is said of one that nobody has checked for long.
func TestOfficeIsIntroduced(t *testing.T) {
	r := countyOf(t)
	putOffices(t, r)
	if err := r.store.PutDays(t.Context(), []directory.Day{{Date: "2026-11-23", Name: "假日"}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		question string
		now      string
		status   bot.Status
		open     bool
		holds    []string
		lacks    string
	}{
		{"民政局电话", "2026-11-24T10:00:00+08:00", bot.StatusHandoff, true, []string{"0699-7210007", "2026-10-08核对", "现在正在上班", "文昌路52号", "打不通可以拨打 12345"}, "节假日"},
		{"民政局电话", "2026-11-24T13:00:00+08:00", bot.StatusHandoff, false, []string{"午休时间，今天14:30上班"}, ""},
		{"民政局电话", "2026-11-22T13:00:00+08:00", bot.StatusHandoff, false, []string{"现在没有上班，周二8:30上班"}, ""},
		{"民政局几点上班", "2026-11-23T10:00:00+08:00", bot.StatusHandoff, false, []string{"现在没有上班，明天8:30上班"}, ""},
		{"林业局电话", "2026-11-24T10:00:00+08:00", bot.StatusHandoff, true, []string{"0699-7210018", "请先拨12345核实"}, "打不通"},
		{"县政府值班电话", "2026-11-23T03:00:00+08:00", bot.StatusHandoff, true, []string{"0699-7210001", "现在正在上班"}, ""},
		{"砍树要办什么手续", "2026-11-24T10:00:00+08:00", bot.StatusNoAnswer, true, []string{"可以联系青石县林业局", "请先拨12345核实"}, ""},
		{"我要投诉路灯坏了没人修", "2026-11-24T10:00:00+08:00", bot.StatusHandoff, true, []string{"不能受理", "青石县城市管理局"}, "已受理"},
	} {
		at, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		r.bot.Now = func() time.Time { return at }
		e, err := r.bot.Examine(t.Context(), bot.Request{Question: c.question}, 0)
		if err != nil {
			t.Fatal(err)
		}
		a := e.Said
		holdsHotline(t, e.Question, a)
		if a.Status != c.status || a.Handoff.OpenNow == nil || *a.Handoff.OpenNow != c.open {
			t.Errorf("%s at %s: %s, handoff %+v", c.question, c.now, a.Status, a.Handoff)
		}
		for _, want := range c.holds {
			if !strings.Contains(a.Text, want) {
				t.Errorf("%s at %s: %q lacks %q", c.question, c.now, a.Text, want)
			}
		}
		if c.lacks != "" && strings.Contains(a.Text, c.lacks) {
			t.Errorf("%s at %s: %q holds %q", c.question, c.now, a.Text, c.lacks)
		}
	}
}

// TestElderAnswerLeadsToTheOffice: an answer has the responsible office in its
// handoff, and not in its words.
func TestElderAnswerLeadsToTheOffice(t *testing.T) {
	r := countyOf(t)
	putOffices(t, r)
	for _, profile := range []bot.Profile{bot.ProfileElder, bot.ProfileStandard} {
		a, err := r.bot.Ask(t.Context(), bot.Request{Question: "高龄津贴怎么申领", Profile: profile}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if a.Status != bot.StatusAnswered || strings.Contains(a.Text, "0699") {
			t.Fatalf("%s: %s", a.Status, a.Text)
		}
		if led := a.Handoff != nil && a.Handoff.Department == "青石县民政局" && a.Handoff.DepartmentPhone == "0699-7210007"; led != (profile == bot.ProfileElder) {
			t.Errorf("%s: handoff %+v", profile, a.Handoff)
		}
	}
}

// TestDirectoryCommands imports, lists and exports, and refuses a bad file whole.
func TestDirectoryCommands(t *testing.T) {
	dir := t.TempDir()
	store := "--store=" + filepath.Join(dir, "county.db")
	departments := filepath.Join(refusalSets, "directory", "departments.csv")
	if o := zhiwen(t, "directory", "import", departments, store); o.code != 0 || o.stdout != "38 offices\n" || !strings.Contains(o.stderr, "林业局") {
		t.Fatalf("import: %+v", o)
	}
	before := zhiwen(t, "directory", "list", "--json", store).stdout
	for _, name := range []string{"out.xlsx", "out.csv"} {
		file := filepath.Join(dir, name)
		if o := zhiwen(t, "directory", "export", file, store); o.code != 0 {
			t.Fatalf("export %s: %+v", name, o)
		}
		if o := zhiwen(t, "directory", "import", file, store); o.code != 0 {
			t.Fatalf("import %s: %+v", name, o)
		}
		if after := zhiwen(t, "directory", "list", "--json", store).stdout; after != before {
			t.Errorf("%s changes the directory", name)
		}
	}
	bad := filepath.Join(dir, "bad.csv")
	if err := os.WriteFile(bad, []byte("名称,电话\n甲局,0563-1234567\n乙局,打不通\n,0563-1234567\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	o := zhiwen(t, "directory", "import", bad, store)
	for _, want := range []string{"line 3 (乙局): phone", "line 4 (no name): name is empty", "nothing was changed"} {
		if o.code != 1 || !strings.Contains(o.stderr, want) {
			t.Errorf("a bad file: %+v, want %q", o, want)
		}
	}
	if after := zhiwen(t, "directory", "list", "--json", store).stdout; after != before {
		t.Error("a bad file changes the directory")
	}
	if o := zhiwen(t, "directory", "export", "out.txt", store); o.code != 2 {
		t.Errorf("export to out.txt: exit status %d, want 2", o.code)
	}
}

// TestBlocklist: a list of the operator's holds a question back and is counted;
// what follows a death never is.
func TestBlocklist(t *testing.T) {
	dir := t.TempDir()
	store := "--store=" + filepath.Join(dir, "county.db")
	list := filepath.Join(dir, "list.txt")
	if err := os.WriteFile(list, []byte("[本县]\n香蕉\n死亡\n自杀\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if o := zhiwen(t, "ingest", samplePages, store); o.code != 0 {
		t.Fatal(o.stderr)
	}
	for question, status := range map[string]string{
		"香 蕉多少钱":   `"status":"blocked"`,
		"死亡证明在哪里开": `"status":"no_answer"`,
		"我想自杀":     `"status":"emergency"`,
	} {
		if o := zhiwen(t, "ask", "--json", "--blocklist", list, question, store); !strings.Contains(o.stdout, status) {
			t.Errorf("%s: %+v", question, o)
		}
	}
	out := zhiwen(t, "blocked", "--json", store).stdout
	if !regexp.MustCompile(`^\{"day":"\d{4}-\d\d-\d\d","list":"本县","rule":"香蕉","hits":1\}\n$`).MatchString(out) {
		t.Errorf("counts: %s", out)
	}
	if err := os.WriteFile(list, []byte("[本县]\n/(/\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if o := zhiwen(t, "ask", "--blocklist", list, "居住证", store); o.code != 1 || !strings.Contains(o.stderr, "line 2") {
		t.Errorf("a broken list at the start: %+v", o)
	}
}
