package bot

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var writeGroups = flag.Bool("write-groups", false, "write testdata/years/groups.jsonl anew from matters.txt")

// yearGroup is a matter on which a county has published every few years.
type yearGroup struct {
	ID        string         `json:"id"`
	Matter    string         `json:"matter"`
	Pages     []yearPage     `json:"pages"`
	Questions []yearQuestion `json:"questions"`
}

type yearPage struct {
	Year      int    `json:"year"`
	Published string `json:"published"`
	Title     string `json:"title"`
	Text      string `json:"text"`
	Validity  string `json:"validity,omitempty"`
}

type yearQuestion struct {
	Question string   `json:"question"`
	LeadYear int      `json:"lead_year"`
	Answer   string   `json:"answer"`
	Others   []string `json:"others"`
}

func TestDataYears(t *testing.T) {
	matters, err := os.ReadFile("testdata/years/matters.txt")
	if err != nil {
		t.Fatal(err)
	}
	groups, err := readMatters(string(matters))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	unmarked := 0
	for _, g := range groups {
		line, err := json.Marshal(g)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s\n", line)
		if !slices.ContainsFunc(g.Pages, func(p yearPage) bool { return p.Validity != "" }) {
			unmarked++
		}
		g.check(t)
	}
	if len(groups) != 40 || unmarked != 30 {
		t.Errorf("%d groups, %d of them without marks, want 40 and 30", len(groups), unmarked)
	}
	const name = "testdata/years/groups.jsonl"
	if *writeGroups {
		if err := os.WriteFile(name, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if have, err := os.ReadFile(name); err != nil || string(have) != out.String() {
		t.Errorf("%s is not what matters.txt gives (%v); run this test with -write-groups", name, err)
	}
}

// check holds a group to what a measure needs: the answer stands in its page,
// and neither it nor what the other pages say can be taken for the other.
func (g yearGroup) check(t *testing.T) {
	t.Helper()
	present := false
	for _, p := range g.Pages {
		if n := strings.Count(p.Text, "。"); n < 3 || n > 6 || p.Title == "" || strings.ContainsAny(p.Title+p.Text, "{}") {
			t.Errorf("%s: page of %d: %d sentences, or title or a value is missing", g.Matter, p.Year, n)
		}
		if day, err := time.Parse(time.DateOnly, p.Published); err != nil || day.After(dataToday) {
			t.Errorf("%s: page of %d: published %q", g.Matter, p.Year, p.Published)
		}
	}
	for _, q := range g.Questions {
		i := slices.IndexFunc(g.Pages, func(p yearPage) bool { return p.Year == q.LeadYear })
		if i < 0 || !strings.Contains(g.Pages[i].Text, q.Answer) {
			t.Errorf("%s: %q does not stand in the page of %d", g.Matter, q.Answer, q.LeadYear)
		}
		for _, other := range q.Others {
			if strings.Contains(other, q.Answer) || strings.Contains(q.Answer, other) {
				t.Errorf("%s: %q and %q cannot be told apart", g.Matter, q.Answer, other)
			}
		}
		present = present || !strings.Contains(q.Question, fmt.Sprint(q.LeadYear))
	}
	if !present || len(g.Questions) < 2 {
		t.Errorf("%s: no question about the present, or none else", g.Matter)
	}
}

// readMatters makes the groups of matters.txt, whose head describes it.
func readMatters(text string) ([]yearGroup, error) {
	var groups []yearGroup
	for block := range strings.SplitSeq(text, "\n[") {
		if strings.HasPrefix(block, "#") {
			continue
		}
		m, err := readMatter(block)
		if err != nil {
			return nil, fmt.Errorf("matter %s: %w", m.name, err)
		}
		g, err := m.group(fmt.Sprintf("years-%02d", len(groups)+1))
		if err != nil {
			return nil, fmt.Errorf("matter %s: %w", m.name, err)
		}
		groups = append(groups, g)
	}
	return groups, nil
}

// matter is one block of matters.txt.
type matter struct {
	name   string
	fields map[string]string
	asks   [][2]string // what stands after "ask", and the question
}

func readMatter(block string) (matter, error) {
	m := matter{fields: map[string]string{}}
	name, lines, ok := strings.Cut(block, "]\n")
	if !ok {
		return m, fmt.Errorf("no name in brackets: %.40q", block)
	}
	m.name = name
	for line := range strings.Lines(lines) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		key, value, ok := strings.Cut(line, ": ")
		if !ok {
			return m, fmt.Errorf("no colon in %q", line)
		}
		if what, isAsk := strings.CutPrefix(key, "ask "); isAsk {
			m.asks = append(m.asks, [2]string{what, value})
			continue
		}
		if _, twice := m.fields[key]; twice {
			return m, fmt.Errorf("%s stands twice", key)
		}
		m.fields[key] = value
	}
	return m, nil
}

var namePattern = regexp.MustCompile(`\{(\w+)\}`)

// group fills the matter's page in for each of its years.
func (m matter) group(id string) (yearGroup, error) {
	g := yearGroup{ID: id, Matter: m.name}
	years := strings.Split(m.fields["year"], " | ")
	values := map[string][]string{}
	for key, row := range m.fields {
		if key == "title" || key == "text" || key == "lead" {
			continue
		}
		if values[key] = strings.Split(row, " | "); len(values[key]) != len(years) {
			return g, fmt.Errorf("%s: %d values for %d years", key, len(values[key]), len(years))
		}
	}
	for i, written := range years {
		year, err := strconv.Atoi(written)
		if err != nil {
			return g, fmt.Errorf("year: %w", err)
		}
		fill := func(text string) string {
			return namePattern.ReplaceAllStringFunc(text, func(name string) string {
				if row, ok := values[strings.Trim(name, "{}")]; ok {
					return row[i]
				}
				return name // check finds the braces
			})
		}
		p := yearPage{Year: year, Published: fill("{published}"), Title: fill(m.fields["title"]), Text: fill(m.fields["text"])}
		if marks := values["mark"]; marks != nil && marks[i] != "-" {
			p.Validity = marks[i]
		}
		g.Pages = append(g.Pages, p)
	}
	lead := years[len(years)-1]
	if m.fields["lead"] != "" {
		lead = m.fields["lead"]
	}
	for _, ask := range m.asks {
		name, year, named := strings.Cut(ask[0], " ")
		if !named {
			year = lead
		}
		at := slices.Index(years, year)
		if at < 0 || values[name] == nil {
			return g, fmt.Errorf("ask %s: no such year or name", ask[0])
		}
		q := yearQuestion{Question: ask[1], Answer: values[name][at], Others: slices.Delete(slices.Clone(values[name]), at, at+1)}
		q.LeadYear = g.Pages[at].Year
		g.Questions = append(g.Questions, q)
	}
	return g, nil
}
