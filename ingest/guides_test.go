package ingest

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"zhiwen/retrieval"
)

const (
	guideFiles  = "../samples/guides"
	guideGolden = "testdata/guides.golden"
)

// TestGuides reads the same three items from each form that an office may hand
// in: the documents are the same.
func TestGuides(t *testing.T) {
	want, err := os.ReadFile(guideGolden)
	if err != nil && !*update {
		t.Fatal(err)
	}
	items := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(guideFiles, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes(bytes.TrimPrefix(items("items.csv"), []byte("\uFEFF")))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		want = []byte(guideTexts(t, "items.json", items("items.json")))
		if err := os.WriteFile(guideGolden, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, file := range map[string]struct {
		name  string
		bytes []byte
	}{
		"JSON":                         {"items.json", items("items.json")},
		"CSV, UTF-8 with mark":         {"items.csv", items("items.csv")},
		"CSV, GBK":                     {"items.csv", gbk},
		"XLSX of LibreOffice, merged":  {"items.xlsx", items("items.xlsx")},
		"XLSX of excelize, not merged": {"items.xlsx", workbookOf(t, items("items.csv"))},
	} {
		t.Run(name, func(t *testing.T) {
			if got := guideTexts(t, file.name, file.bytes); got != string(want) {
				t.Errorf("items are\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func guideTexts(t *testing.T, name string, b []byte) string {
	t.Helper()
	page, err := read(t, Source{Name: name, Bytes: b})
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, part := range page.Parts {
		if part.Err != nil {
			t.Fatal(part.Err)
		}
		m := part.Meta
		for _, s := range []string{"# " + m.Title, part.Key, m.Publisher, string(m.Kind), m.URL, "", part.Text, ""} {
			text.WriteString(s + "\n")
		}
		checkDocument(t, retrieval.Document{Meta: m, Text: part.Text, Sections: Sections(part.Text, part.Marks)}, part.Marks)
	}
	return text.String()
}

// workbookOf writes the rows of CSV into a workbook.
func workbookOf(t *testing.T, csv []byte) []byte {
	t.Helper()
	table, err := csvTable(strings.TrimPrefix(string(csv), "\uFEFF"))
	if err != nil {
		t.Fatal(err)
	}
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range table.Rows {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", at, &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestRunGuides: items are documents of their own, under their own codes; what
// is no item is told, and what is no list is read as a table.
func TestRunGuides(t *testing.T) {
	dir := tree(t, map[string]string{
		"list.csv":         "事项编码,事项名称,办理流程,收费标准\n01,补证,申请,不收费\n,,审核,\n02,领证,申请,不收费",
		"mapped.csv":       "办啥,咋办\n换证,申请",
		"mapped.map.csv":   "列名,字段\n办啥,事项名称\n咋办,办理流程\n",
		"phones.csv":       "单位,电话\n民政局,12345",
		"wrong.csv":        "甲,乙\n1,2",
		"wrong.map.csv":    "列名,字段\n甲,名字\n",
		"nothing.json":     "{}",
		"broken.json":      "[{",
		"nothing2.csv":     "甲,乙\n1,2",
		"nothing2.map.csv": "列名,字段\n甲,办理流程\n",
	})
	store := newMemory()
	reports, summary := runOver(t, &Ingester{Store: store, Embedder: lengths{}}, dir)
	want := []string{
		"broken.json: failed", "list.csv#01: added", "list.csv#02: added", "list.csv#row 3: failed", "mapped.csv#换证: added",
		"nothing.json: skipped", "nothing2.csv: failed", "phones.csv: added", "wrong.csv: failed",
	}
	if got := outcome(reports); !slices.Equal(got, want) {
		t.Fatalf("outcome\n%q, want\n%q", got, want)
	}
	if summary.Documents != 9 || summary.Failed != 4 {
		t.Errorf("summary %+v", summary)
	}
	for i, want := range map[int]string{0: "line 1", 3: "row 3 has no 事项名称", 5: "map.csv beside it", 6: "name that column in the map", 8: `line 2: "名字" is no field`} {
		if !strings.Contains(reports[i].Error, want) {
			t.Errorf("%s: %q, want %q", reports[i].Source, reports[i].Error, want)
		}
	}
	if text := store.entries["事项:01"].Document.Text; text != "事项编码：01\n一、办理流程：申请\n二、收费标准：不收费" {
		t.Errorf("text of 01 is %q", text)
	}
	if text := store.entries[reports[7].sourceKey(t)].Document.Text; text != "单位：民政局；电话：12345" {
		t.Errorf("text of the telephone list is %q", text)
	}
	again, _ := runOver(t, &Ingester{Store: store, Embedder: lengths{}}, dir)
	if again[1].Status != StatusUnchanged || again[4].Status != StatusUnchanged {
		t.Errorf("again: %q", outcome(again))
	}
}

func (r Report) sourceKey(t *testing.T) string {
	t.Helper()
	key, err := fileKey(r.Source)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// TestRunMapFlag: a map that is named goes with the files that are named.
func TestRunMapFlag(t *testing.T) {
	dir := tree(t, map[string]string{"list.csv": "办啥,咋办\n换证,申请", "columns.csv": "列名,字段\n办啥,事项名称\n咋办,办理流程\n"})
	in := &Ingester{Store: newMemory(), Map: filepath.Join(dir, "columns.csv")}
	if reports, _ := runOver(t, in, filepath.Join(dir, "list.csv")); !slices.Equal(outcome(reports), []string{"list.csv#换证: added"}) {
		t.Errorf("outcome %q", outcome(reports))
	}
	in.Map = filepath.Join(dir, "none.csv")
	if reports, _ := runOver(t, in, filepath.Join(dir, "list.csv")); !strings.Contains(reports[0].Error, "none.csv") {
		t.Errorf("without the map: %+v", reports)
	}
}

// TestGuidePage: the tables of a page give the same lines of materials.
func TestGuidePage(t *testing.T) {
	page, err := read(t, Source{Name: "a.html", Bytes: []byte(`<h1>补证办事指南</h1><h2>申请材料</h2>
<table><tr><th rowspan=2>序号<th rowspan=2>材料名称<th colspan=2>份数<th rowspan=2>备注<tr><th>原件<th>复印件
<tr><td>1<td>居民身份证<td>1<td>2<td rowspan=2>现场核验<tr><td>2<td>申请表<td>1<td>0</table><h2>咨询电话</h2><p>12345</p>`)})
	want := "申请材料\n1. 居民身份证（原件1份，复印件2份；备注：现场核验）\n2. 申请表（原件1份；备注：现场核验）\n咨询电话\n12345"
	if err != nil || page.Text != want || page.Meta.Kind != retrieval.KindGuide {
		t.Errorf("%+v, %v; want %s", page, err, want)
	}
}
