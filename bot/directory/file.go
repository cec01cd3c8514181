package directory

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"zhiwen/bot/sheet"
	"zhiwen/retrieval"
)

// maxXLSX bounds what a workbook may unpack to, in bytes.
const maxXLSX = 64 << 20

// column is a field of an Entry in a file.
type column struct {
	header string   // as we write it
	names  []string // as others do, folded
}

// columns in the order in which they are written.
var columns = []column{
	{"名称", []string{"name", "名称", "单位", "单位名称", "部门", "部门名称", "机构名称"}},
	{"别名", []string{"aliases", "别名", "简称", "俗称", "别称"}},
	{"负责事项", []string{"responsible_for", "负责事项", "职责", "主要职责", "负责", "业务范围", "事项"}},
	{"电话", []string{"phone", "电话", "联系电话", "咨询电话", "办公电话", "对外电话"}},
	{"办公时间", []string{"hours", "办公时间", "上班时间", "工作时间", "接听时间"}},
	{"地址", []string{"address", "地址", "办公地址", "地点"}},
	{"核对日期", []string{"checked_on", "核对日期", "核实日期", "核对时间", "更新日期"}},
}

// The columns by their place in columns.
const (
	nameColumn = iota
	aliasesColumn
	dutiesColumn
	phoneColumn
	hoursColumn
	addressColumn
	checkedColumn
)

// BadRows are the rows of a file that cannot be taken; each error is a
// sentence that names the line.
type BadRows []error

func (b BadRows) Error() string { return errors.Join(b...).Error() }

// Read reads a directory from a CSV file (UTF-8 or GB18030) or the first sheet
// of an XLSX workbook. today is for dates that lie ahead. It takes all rows or,
// with BadRows, none. The warnings are sentences about what is taken but of less
// use than it could be.
func Read(file []byte, today time.Time) (entries []Entry, warnings []string, err error) {
	rows, err := tableRows(file)
	if err != nil {
		return nil, nil, err
	}
	at, header, err := findHeader(rows)
	if err != nil {
		return nil, nil, err
	}
	r := reader{header: header, today: today.In(china), lines: map[string]int{}}
	for i, row := range rows[at+1:] {
		r.row(at+i+2, row)
	}
	switch {
	case len(r.bad) > 0:
		return nil, nil, r.bad
	case len(r.entries) == 0:
		return nil, nil, errors.New("there is no office below the header")
	}
	return r.entries, r.warnings, nil
}

// tableRows gives the cells of a file; the n-th row stands on line n+1.
func tableRows(file []byte) ([][]string, error) {
	if bytes.HasPrefix(file, []byte("PK\x03\x04")) {
		return workbookRows(file)
	}
	text, err := decode(file)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	if head, _, _ := strings.Cut(text, "\n"); strings.Count(head, "\t") > strings.Count(head, ",") {
		r.Comma = '\t'
	}
	var rows [][]string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read CSV: %w", err)
		}
		// Empty lines are left out by the reader, and a cell may have several.
		line, _ := r.FieldPos(0)
		for len(rows) < line-1 {
			rows = append(rows, nil)
		}
		rows = append(rows, row)
	}
}

func decode(file []byte) (string, error) {
	file = bytes.TrimPrefix(file, []byte("\ufeff"))
	if utf8.Valid(file) {
		return string(file), nil
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(file)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return "", errors.New("the file is neither CSV in UTF-8 or GB18030 nor an XLSX workbook")
	}
	return string(text), nil
}

func workbookRows(file []byte) ([][]string, error) {
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{UnzipSizeLimit: maxXLSX, UnzipXMLSizeLimit: maxXLSX})
	if err != nil {
		return nil, fmt.Errorf("read XLSX: %w", err)
	}
	rows, err := book.GetRows(book.GetSheetName(0))
	if err = errors.Join(err, book.Close()); err != nil {
		return nil, fmt.Errorf("read XLSX: %w", err)
	}
	return rows, nil
}

// findHeader finds the row that names columns, and which cell holds which; -1
// for a column that is not there.
func findHeader(rows [][]string) (at int, header []int, err error) {
	for at, row := range rows {
		header := make([]int, len(columns))
		for i, c := range columns {
			header[i] = slices.IndexFunc(row, func(cell string) bool {
				return slices.Contains(c.names, strings.ReplaceAll(retrieval.FoldString(strings.TrimSpace(cell)), " ", ""))
			})
		}
		if header[nameColumn] >= 0 && header[phoneColumn] >= 0 {
			return at, header, nil
		}
	}
	return 0, nil, fmt.Errorf("no line names the columns; begin with %s", strings.Join(headers(), ","))
}

func headers() []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.header
	}
	return names
}

// reader gathers the entries of a file.
type reader struct {
	header   []int
	today    time.Time
	lines    map[string]int // where a name stands
	entries  []Entry
	warnings []string
	bad      BadRows
}

var (
	// phonePattern is one number: with its area code, of a mobile, or a short
	// one; and its extension.
	phonePattern = regexp.MustCompile(`^(?:(?:\(?0\d{2,3}\)?[- ]?\d{7,8}|1\d{10}|[48]00[- ]?\d{3,4}[- ]?\d{3,4})(?:(?:转|-|\()\d{1,6}\)?)?|[1-9]\d{2,7}(?:转\d{1,6})?)$`)
	partBreak    = regexp.MustCompile(`[、，,；;/\n]`)
)

// row takes one row, or says why not.
func (r *reader) row(line int, cells []string) {
	cell := func(column int) string {
		if at := r.header[column]; at >= 0 && at < len(cells) {
			return strings.TrimSpace(strings.Trim(cells[at], "\u00a0\u3000"))
		}
		return ""
	}
	if strings.TrimSpace(strings.Join(cells, "")) == "" {
		return
	}
	e := Entry{
		Name: cell(nameColumn), Aliases: parts(cell(aliasesColumn)), ResponsibleFor: parts(cell(dutiesColumn)),
		Phone: cell(phoneColumn), Hours: cell(hoursColumn), Address: cell(addressColumn),
	}
	bad := func(format string, args ...any) {
		r.bad = append(r.bad, fmt.Errorf("line %d (%s): %s", line, cmp.Or(e.Name, "no name"), fmt.Sprintf(format, args...)))
	}
	before, twice := r.lines[e.Name]
	switch checked, err := parseDate(cell(checkedColumn)); {
	case e.Name == "":
		bad("name is empty; give the office's name")
	case twice:
		bad("name stands on line %d already; keep one of them", before)
	case e.Phone == "":
		bad("phone is empty; give a number, or leave the office out")
	case !isPhone(e.Phone):
		bad("phone %q is not a telephone number; write it like 0563-1234567, several with 、 between", e.Phone)
	case err != nil:
		bad("checked_on %q is not a date; write it like 2026-01-31", cell(checkedColumn))
	case checked > r.today.Format(time.DateOnly):
		bad("checked_on %s lies ahead of today", checked)
	default:
		e.CheckedOn = checked
		r.lines[e.Name] = line
		r.entries = append(r.entries, e)
		r.warn(line, e)
	}
}

func (r *reader) warn(line int, e Entry) {
	warn := func(format string, args ...any) {
		r.warnings = append(r.warnings, fmt.Sprintf("line %d (%s): %s", line, e.Name, fmt.Sprintf(format, args...)))
	}
	if _, err := ParseHours(e.Hours); e.Hours != "" && err != nil {
		warn("%v; they are shown as written, without saying whether it is open", err)
	}
	if len(e.ResponsibleFor) == 0 {
		warn("responsible_for is empty; it is found by its name only")
	}
	if e.Stale(r.today) {
		warn("checked_on is more than a year ago or missing; visitors are asked to call 12345 first")
	}
}

func parts(cell string) []string {
	list := []string{}
	for _, p := range partBreak.Split(cell, -1) {
		if p = strings.TrimSpace(p); p != "" && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}

// isPhone reports whether a cell holds telephone numbers and nothing else.
func isPhone(cell string) bool {
	for _, number := range partBreak.Split(cell, -1) {
		if !phonePattern.MatchString(strings.TrimSpace(retrieval.FoldString(strings.NewReplacer("—", "-", "–", "-").Replace(number)))) {
			return false
		}
	}
	return true
}

// dateLayouts are the ways in which dates are written, and shown by Excel.
var dateLayouts = []string{time.DateOnly, "2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "01-02-06", "1/2/06 15:04", "20060102"}

func parseDate(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	for _, layout := range dateLayouts {
		if date, err := time.Parse(layout, text); err == nil {
			return date.Format(time.DateOnly), nil
		}
	}
	return "", fmt.Errorf("%q is not a date", text)
}

// record is an entry as a row of a file.
func (e Entry) record() []string {
	return []string{e.Name, strings.Join(e.Aliases, "、"), strings.Join(e.ResponsibleFor, "、"), e.Phone, e.Hours, e.Address, e.CheckedOn}
}

// Write writes entries as Read reads them, as a workbook or else as CSV.
func Write(w io.Writer, entries []Entry, workbook bool) error {
	table := [][]string{headers()}
	for _, e := range entries {
		table = append(table, e.record())
	}
	if workbook {
		return sheet.WriteXLSX(w, table)
	}
	return sheet.WriteCSV(w, table)
}
