package faq

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhiwen/bot/sheet"
	"zhiwen/retrieval"
)

// column is a field of an Entry in a file.
type column struct {
	header string   // as we write it
	names  []string // as others do, folded
}

// The columns of a file. The last three may stand several times, once for each
// source.
const (
	idColumn = iota
	questionColumn
	variantsColumn
	negativesColumn
	answerColumn
	ownerColumn
	untilColumn
	stateColumn
	sourceColumn
	quoteColumn
	placeColumn
)

var columns = []column{
	idColumn:        {"编号", []string{"id", "编号", "问答编号"}},
	questionColumn:  {"问题", []string{"question", "问题", "标准问题", "标准问", "提问"}},
	variantsColumn:  {"其他问法", []string{"variants", "其他问法", "相似问法", "相似问题", "相似问", "问法"}},
	negativesColumn: {"不适用的问法", []string{"negatives", "不适用的问法", "排除问法", "负例", "反例"}},
	answerColumn:    {"回答", []string{"answer", "回答", "答案", "答复", "标准答案"}},
	ownerColumn:     {"负责人", []string{"owner", "负责人", "责任人", "责任单位", "维护人"}},
	untilColumn:     {"有效期至", []string{"valid_until", "有效期至", "有效期", "到期日期", "截止日期"}},
	stateColumn:     {"状态", []string{"state", "状态"}},
	sourceColumn:    {"出处", []string{"source", "出处", "来源", "依据", "文件"}},
	quoteColumn:     {"引文", []string{"quote", "引文", "原文", "引用原文"}},
	placeColumn:     {"位置", []string{"place", "位置"}},
}

var stateNames = map[State]string{StateDraft: "草稿", StatePublished: "已发布", StateWithdrawn: "已撤回"}

// Row is an entry as a file has it. Err is a sentence that names the line and
// says why there is none.
type Row struct {
	Line  int
	Entry Entry
	Err   error
}

// Read reads the entries of a CSV or XLSX file (see package sheet). Several
// values of a cell stand on lines of their own, or with | between them. The error
// is about the file as a whole.
func Read(file []byte) ([]Row, error) {
	table, err := sheet.Read(file)
	if err != nil {
		return nil, err
	}
	for i, r := range table {
		if h, ok := headerOf(r.Cells); ok {
			return h.rows(table[i+1:])
		}
	}
	return nil, fmt.Errorf("no line names the columns; begin with %s", strings.Join(headers(1), ","))
}

// header tells which cells hold a column.
type header [][]int

func headerOf(cells []string) (header, bool) {
	h := make(header, len(columns))
	for at, cell := range cells {
		name := strings.ReplaceAll(strings.TrimRight(retrieval.FoldString(cell), "0123456789 "), " ", "")
		for i, c := range columns {
			if slices.Contains(c.names, name) {
				h[i] = append(h[i], at)
			}
		}
	}
	return h, len(h[questionColumn]) > 0 && len(h[answerColumn]) > 0
}

func (h header) rows(table []sheet.Row) ([]Row, error) {
	if len(table) == 0 {
		return nil, errors.New("there is no entry below the line that names the columns")
	}
	seen := map[string]int{}
	rows := make([]Row, len(table))
	for i, r := range table {
		e, err := h.entry(r.Cells)
		if before, twice := seen[e.ID]; err == nil && twice {
			err = fmt.Errorf("the id or the question stands on line %d already; keep one of them", before)
		}
		seen[e.ID] = cmp.Or(seen[e.ID], r.Line)
		if err != nil {
			err = fmt.Errorf("line %d (%s): %w", r.Line, cmp.Or(e.ID, e.Question, "no question"), err)
		}
		rows[i] = Row{r.Line, e, err}
	}
	return rows, nil
}

func (h header) entry(cells []string) (Entry, error) {
	cell := func(column int) string {
		if len(h[column]) == 0 || h[column][0] >= len(cells) {
			return ""
		}
		return cells[h[column][0]]
	}
	e := Entry{
		ID: cell(idColumn), Question: cell(questionColumn), Variants: several(cell(variantsColumn)), Negatives: several(cell(negativesColumn)),
		Answer: cell(answerColumn), Owner: cell(ownerColumn), Citations: []Citation{}, State: StateDraft,
	}
	if e.Question == "" {
		return e, errors.New("question is empty; write the question that is answered")
	}
	e.ID = cmp.Or(e.ID, NewID(e.Question))
	if e.Answer == "" {
		return e, errors.New("answer is empty; write the answer")
	}
	var err error
	if e.ValidUntil, err = parseDay(cell(untilColumn)); err != nil {
		return e, err
	}
	if e.State, err = parseState(cell(stateColumn)); err != nil {
		return e, err
	}
	at := func(column, n int) string {
		if n < len(h[column]) && h[column][n] < len(cells) {
			return cells[h[column][n]]
		}
		return ""
	}
	for n := range max(len(h[sourceColumn]), len(h[quoteColumn])) {
		c := Citation{Source: at(sourceColumn, n), Quote: at(quoteColumn, n)}
		if c.Source == "" && c.Quote == "" {
			continue
		}
		if c.Start, c.End, err = parsePlace(at(placeColumn, n)); err != nil {
			return e, err
		}
		e.Citations = append(e.Citations, c)
	}
	return e, nil
}

func several(cell string) []string {
	values := []string{}
	for _, v := range strings.FieldsFunc(cell, func(r rune) bool { return r == '\n' || r == '|' || r == '｜' }) {
		if v = strings.TrimSpace(v); v != "" && !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return values
}

// dayLayouts are the ways in which dates are written, and shown by Excel.
var dayLayouts = []string{time.DateOnly, "2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "20060102", "01-02-06"}

func parseDay(text string) (string, error) {
	if text == "" || text == "长期" {
		return "", nil
	}
	for _, layout := range dayLayouts {
		if day, err := time.Parse(layout, text); err == nil {
			return day.Format(time.DateOnly), nil
		}
	}
	return "", fmt.Errorf("valid_until %q is not a date; write it like 2026-12-31", text)
}

func parseState(text string) (State, error) {
	if text == "" {
		return StateDraft, nil
	}
	for state, name := range stateNames {
		if text == name || text == string(state) {
			return state, nil
		}
	}
	return "", fmt.Errorf("state %q is none of 草稿, 已发布, 已撤回", text)
}

func parsePlace(text string) (start, end int, err error) {
	if text == "" {
		return 0, 0, nil
	}
	from, to, ok := strings.Cut(text, "-")
	start, errStart := strconv.Atoi(from)
	end, errEnd := strconv.Atoi(to)
	if !ok || errStart != nil || errEnd != nil || start < 0 || end <= start {
		return 0, 0, fmt.Errorf("place %q is not two byte offsets like 120-180; leave it empty to have the words looked for", text)
	}
	return start, end, nil
}

// headers are the names of the columns with room for some sources.
func headers(sources int) []string {
	var names []string
	for i := range sourceColumn {
		names = append(names, columns[i].header)
	}
	for range sources {
		names = append(names, columns[sourceColumn].header, columns[quoteColumn].header, columns[placeColumn].header)
	}
	return names
}

// Write writes entries as Read reads them, as a workbook or else as CSV.
func Write(w io.Writer, entries []Entry, workbook bool) error {
	sources := 1
	for _, e := range entries {
		sources = max(sources, len(e.Citations))
	}
	table := [][]string{headers(sources)}
	for _, e := range entries {
		row := []string{
			e.ID, e.Question, strings.Join(e.Variants, "\n"), strings.Join(e.Negatives, "\n"), e.Answer, e.Owner, e.ValidUntil, stateNames[e.State],
		}
		for _, c := range e.Citations {
			place := ""
			if c.End > 0 {
				place = fmt.Sprintf("%d-%d", c.Start, c.End)
			}
			row = append(row, c.Source, c.Quote, place)
		}
		table = append(table, row)
	}
	if workbook {
		return sheet.WriteXLSX(w, table)
	}
	return sheet.WriteCSV(w, table)
}
