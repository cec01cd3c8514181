package ingest

import (
	_ "embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"zhiwen/retrieval"
)

//go:embed labels.txt
var labelTable string

// labels knows the labels of field blocks by the field they fill.
type labels struct {
	field   map[string]string // squeezed label -> field
	pattern *regexp.Regexp    // label and colon at the start of a line or behind a space
}

var fieldLabels = sync.OnceValue(func() labels {
	l := labels{field: map[string]string{}}
	var spaced []string
	for row := range strings.Lines(labelTable) {
		words := strings.Fields(row)
		if len(words) < 2 || words[0] == "#" {
			continue
		}
		for _, label := range words[1:] {
			l.field[label] = words[0]
			spaced = append(spaced, strings.Join(strings.Split(label, ""), `[\s\p{Z}]*`))
		}
	}
	l.pattern = regexp.MustCompile(`(?:^|[\s\p{Z}|【\[；;])(` + strings.Join(spaced, "|") + `)[\s\p{Z}]*[:：]`)
	return l
})

var (
	// indexNo: 统一社会信用代码 or the older 9 digits, year and month, number.
	indexNo = regexp.MustCompile(`[0-9A-Z]{9,18}/\d{6}-\d{5}`)
	// docNo accepts every bracket that sites print.
	docNo = regexp.MustCompile(`\p{Han}[^\s,，。;；]{0,20}[〔\[［【(（]\s?(?:19|20)\d{2}\s?[〕\]］】)）]\s?第?\d{1,5}号`)
	// date allows the odd dashes of copies of the standard (2017——04——12).
	date     = regexp.MustCompile(`((?:19|20)\d{2})[-—–－./年]{1,3}(\d{1,2})[-—–－./月]{1,3}(\d{1,2})日?(?:[T\s\p{Z}]*(\d{1,2})[:：](\d{2}))?`)
	validity = regexp.MustCompile(`已?废止|已?失效|已?修[改订]|有效|未标注`)
)

// field is one labelled value of a page's head.
type field struct{ name, value string }

// fieldsIn reads "label: value" pairs of one line. The line must begin with a
// label: in prose a label is a word like any other.
func fieldsIn(text string) []field {
	if len(text) > maxFurniture || !strings.ContainsAny(text, ":：") {
		return nil
	}
	text = strings.TrimLeft(trim(text), "【[ ")
	known := fieldLabels()
	at := known.pattern.FindAllStringSubmatchIndex(text, -1)
	if len(at) == 0 || at[0][0] != 0 {
		return nil
	}
	var fields []field
	for i, m := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		value := strings.Trim(trim(text[m[1]:end]), "】]|；; ")
		fields = append(fields, field{known.field[squeeze(text[m[2]:m[3]])], trim(value)})
	}
	return fields
}

func isFieldLine(text string) bool { return len(fieldsIn(text)) > 0 }

// harvest reads the fields and the breadcrumb of a page's head. What is known
// already stays: the first of two equal blocks counts, and meta tags before
// them.
func harvest(meta *retrieval.Meta, head []line) {
	source := ""
	for _, l := range head {
		if column := breadcrumb(l.text); column != "" && meta.Column == "" {
			meta.Column = column
		}
		for _, f := range fieldsIn(l.text) {
			if f.name == "source" {
				setOnce(&source, firstWord(f.value))
			}
			setField(meta, f)
		}
	}
	setOnce(&meta.Publisher, source)
}

// setField checks that a value is of its field's type; templates with a lost
// label put 有效 where a date belongs.
func setField(meta *retrieval.Meta, f field) {
	switch f.name {
	case "index_no":
		setOnce(&meta.IndexNo, indexNo.FindString(f.value))
	case "doc_no":
		setOnce(&meta.DocNo, docNo.FindString(f.value))
	case "publisher":
		setOnce(&meta.Publisher, firstWord(f.value))
	case "title":
		setOnce(&meta.Title, f.value)
	case "column":
		setOnce(&meta.Column, f.value)
	case "published":
		setOnce(&meta.Published, parseDate(f.value))
	case "written":
		setOnce(&meta.Written, day(f.value))
	case "effective":
		setOnce(&meta.Effective, day(f.value))
	case "expires":
		setOnce(&meta.Expires, day(f.value))
	case "replaced_by":
		setOnce(&meta.ReplacedBy, replacement(f.value))
	}
	switch f.name {
	case "validity", "effective", "expires":
		if v := parseValidity(f.value); v != "" && meta.Validity == "" {
			meta.Validity, meta.ValiditySource = v, "page"
		}
	}
}

// noReplacement is what templates print where nothing replaces a document.
var noReplacement = regexp.MustCompile(`^(?:无|暂无|没有|否|/|—+|-+)?$`)

// replacement is the title, 文号 or address that a field names, "" for none.
func replacement(value string) string {
	if noReplacement.MatchString(squeeze(value)) {
		return ""
	}
	return strings.Trim(value, "《》")
}

func setOnce(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

func firstWord(s string) string {
	if words := strings.FieldsFunc(s, isSpace); len(words) > 0 {
		return words[0]
	}
	return ""
}

func parseValidity(s string) retrieval.Validity {
	switch v := validity.FindString(squeeze(s)); {
	case v == "":
		return ""
	case strings.Contains(v, "废止"):
		return retrieval.ValidityRepealed
	case strings.Contains(v, "失效"):
		return retrieval.ValidityLapsed
	case strings.Contains(v, "修"):
		return retrieval.ValidityAmended
	case v == "有效":
		return retrieval.ValidityInForce
	}
	return retrieval.ValidityUnmarked
}

// parseDate gives "2006-01-02" or "2006-01-02 15:04", "" if s holds no date.
func parseDate(s string) string {
	m := date.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	month, _ := strconv.Atoi(m[2])
	dayOfMonth, _ := strconv.Atoi(m[3])
	if month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > 31 {
		return ""
	}
	day := fmt.Sprintf("%s-%02d-%02d", m[1], month, dayOfMonth)
	hour, err := strconv.Atoi(m[4])
	if err != nil || hour > 23 || m[5] > "59" {
		return day
	}
	return fmt.Sprintf("%s %02d:%s", day, hour, m[5])
}

func day(s string) string {
	day, _, _ := strings.Cut(parseDate(s), " ")
	return day
}

var (
	position       = regexp.MustCompile(`位置(?:是|在)?[\s\p{Z}]*[:：]`)
	breadcrumbStep = regexp.MustCompile(`[\s\p{Z}]*(?:>+|＞+|»|›|→)[\s\p{Z}]*`)
)

// breadcrumb reads "当前位置: 网站首页 > 甲 > 乙" as "甲 > 乙".
func breadcrumb(text string) string {
	at := position.FindStringIndex(text)
	if at == nil || at[0] > 24 || len(text) > maxFurniture {
		return ""
	}
	var steps []string
	for _, step := range breadcrumbStep.Split(trim(text[at[1]:]), -1) {
		switch step = trim(step); {
		case step == "", strings.HasSuffix(step, "首页"), step == "正文", step == "内容", step == "详情":
		default:
			steps = append(steps, step)
		}
	}
	return strings.Join(steps, " > ")
}
