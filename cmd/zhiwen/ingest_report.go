package main

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"zhiwen/ingest"
	"zhiwen/ingest/crawl"
	"zhiwen/web/staff"
)

// ingestion keeps what became of each document of one ingest.
type ingestion struct {
	reports []ingest.Report
	sites   []ingest.SiteReport
	summary ingest.Summary
}

// add sums up another run of the same ingest.
func (o *ingestion) add(s ingest.Summary) {
	o.summary.Documents += s.Documents
	o.summary.Chunks += s.Chunks
	o.summary.Failed += s.Failed
	o.summary.Seconds += s.Seconds
}

// reportOrder lists the outcomes as the report does: what needs somebody's attention first.
var reportOrder = []struct {
	status ingest.Status
	label  string // for the county's staff
	bad    bool
}{
	{ingest.StatusFailed, "失败", true},
	{ingest.StatusQuarantined, "待审", true},
	{ingest.StatusSkipped, "跳过", false},
	{ingest.StatusRemoved, "移除", false},
	{ingest.StatusUpdated, "更新", false},
	{ingest.StatusAdded, "新增", false},
	{ingest.StatusUnchanged, "未变", false},
}

// printTable writes how many documents came to what, and why.
func (s *shell) printTable(o ingestion) error {
	type line struct {
		status ingest.Status
		reason string
	}
	count := map[line]int{}
	example := map[line]string{}
	warned := 0
	for _, r := range o.reports {
		l := line{r.Status, r.Error}
		if count[l]++; count[l] == 1 {
			example[l] = r.Source
		}
		if len(r.Warnings) > 0 {
			warned++
		}
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, s.words("\nSTATUS\tDOCUMENTS\tWHY"))
	for _, outcome := range slices.Backward(reportOrder) {
		var lines []line
		for l := range count {
			if l.status == outcome.status {
				lines = append(lines, l)
			}
		}
		slices.SortFunc(lines, func(a, b line) int { return cmp.Or(count[b]-count[a], strings.Compare(a.reason, b.reason)) })
		for _, l := range lines {
			why := s.sentence(l.reason)
			switch {
			case why == "":
			case count[l] > 1:
				why = fmt.Sprintf(s.words("%s (%s and %d more)"), why, example[l], count[l]-1)
			default:
				why = fmt.Sprintf(s.words("%s (%s)"), why, example[l])
			}
			fmt.Fprintf(table, "%s\t%d\t%s\n", s.words(string(l.status)), count[l], why)
		}
	}
	if warned > 0 {
		fmt.Fprintf(table, s.words("warnings\t%d\tthe lines above say what about")+"\n", warned)
	}
	return table.Flush()
}

//go:embed ingest_report.html
var reportSource string

// reportPage is what the page of a report shows.
type reportPage struct {
	Made    string
	Broken  string // why the run ended early
	Summary ingest.Summary
	Counts  []reportCount
	Rows    []reportRow
	Columns []crawl.Column // in which less was found than they say they have
}

type reportCount struct {
	Label  string
	Number int
	Bad    bool
}

type reportRow struct {
	Label, Title, Source string
	Bad                  bool
	Chars                int
	Quality, Coverage    string
	Reason               string
	Warnings             []string
}

// beijing is the time of the report's readers, wherever the server stands.
var beijing = time.FixedZone("CST", 8*60*60)

// writeReport writes the page of a report for the county's staff.
func (o *ingestion) writeReport(file string, made time.Time, broken error) error {
	page := reportPage{Made: made.In(beijing).Format("2006年1月2日 15:04"), Summary: o.summary}
	if broken != nil {
		page.Broken = staff.Chinese(broken.Error())
	}
	for _, s := range reportOrder {
		number, warned := 0, []reportRow{}
		var rows []reportRow
		for _, r := range o.reports {
			if r.Status != s.status {
				continue
			}
			number++
			row := rowOf(r, s.label, s.bad)
			if len(row.Warnings) > 0 {
				warned = append(warned, row)
			} else {
				rows = append(rows, row)
			}
		}
		if number > 0 {
			page.Counts = append(page.Counts, reportCount{s.label, number, s.bad})
		}
		page.Rows = append(append(page.Rows, warned...), rows...)
	}
	for _, site := range o.sites {
		for _, c := range site.Columns {
			if c.Short() {
				page.Columns = append(page.Columns, c)
			}
		}
	}
	t, err := template.New("report").Parse(reportSource)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, page); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return os.WriteFile(file, b.Bytes(), 0o644)
}

func rowOf(r ingest.Report, label string, bad bool) reportRow {
	row := reportRow{
		Label: label, Title: r.Title, Source: r.Source, Bad: bad, Chars: r.Chars,
		Quality: fmt.Sprintf("%.0f%%", 100*r.Quality), Coverage: fmt.Sprintf("%.0f%%", 100*r.Coverage), Reason: staff.Chinese(r.Error),
	}
	for _, w := range r.Warnings {
		row.Warnings = append(row.Warnings, staff.Chinese(w))
	}
	return row
}
