package check

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// quantity is a figure of the draft with its unit and what it counts.
type quantity struct {
	label    string // from the mark before it; tight
	form     string // the figure as it stands, without its unit; tight
	value    float64
	decimals int // behind the point
	unit     string
	percent  bool
	inner    bool   // within parentheses
	about    bool   // 余, 多, 近, 约: not exact
	cue      bool   // 其中 and the like stand between it and the quantity before it
	of       string // what it speaks of: the year, and whether it is planned
	line     int
	sentence int // of the line, ending at 。！？
	span     Span
}

var (
	quantityPattern = regexp.MustCompile(`(近|约|超过|超|不足)?((?:百分之|千分之)?(?:\d[\d,]*(?:\.\d+)?|[〇零一二三四五六七八九十百千万亿两点]+)(?:%|‰)?(?:万亿|亿|万|千)?)(余|多)?` +
		`(个百分点|平方公里|平方米|公里|人次|工作日|件|项|个|人|次|家|户|名|份|条|篇|场|起|处|台|幅|亩|吨|米|元|宗|例|套|辆|所|位|批|期|册|小时|天)?`)
	heading  = regexp.MustCompile(`^(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}部分|\([一二三四五六七八九十]{1,3}\)).{0,60}$`)
	planned  = regexp.MustCompile(`安排|计划|打算|目标|任务|要求|部署|下一步|明年|今年|重点工作|展望`)
	intended = regexp.MustCompile(`目标|力争|计划|确保|拟|争取|预期|安排|将|今年|新增|左右|以上`)
	partCue  = regexp.MustCompile(`其中|包括|分别为|分别是`)
	totalCue = regexp.MustCompile(`共|合计|总计|总|累计`)
	// labelStart is what may stand before the name of what is counted: the
	// scope and what was done with it.
	labelStart = regexp.MustCompile(`^(?:其中|包括|全年|全县|全市|全省|全区|共计|共|累计|已|总计|合计|各类|各级|现有|有|先后|依法|` +
		`办理|受理|审结|完成|开展|组织|举办|召开|督促|整改|检查|查处|发现|解决|提出|印发|发布|公布|出台|制定|建立|建成|新建|培训|接待|收到|审查|处理|移送|调处|化解|调解|发放|投入|实施|落实|实现|安排|下达|拨付)+`)
	labelEnd = regexp.MustCompile(`(?:共计|共|达到|达|为|是|有|了|约|均|分别|累计)+$`)
)

// quantities reads the figures of a draft, line by line.
func quantities(text string) []quantity {
	var all []quantity
	at, part := 0, ""
	for n, line := range strings.SplitAfter(text, "\n") {
		w := newWording(line)
		if heading.MatchString(w.folded.Text) {
			part = strings.Join(yearsIn(w.folded.Text), "")
			if planned.MatchString(w.folded.Text) {
				part += "planned"
			}
		}
		found := lineQuantities(w, n, at)
		for i := range found {
			found[i].of = part
			if of := spokenOf(w.folded.Text, found[i].sentence); of != "" {
				found[i].of = of
			}
		}
		all = append(all, found...)
		at += len(line)
	}
	return all
}

// spokenOf is what the n-th sentence of a line says that it speaks of, "" if it
// does not.
func spokenOf(tight string, n int) string {
	for range n {
		_, tight, _ = strings.Cut(tight, "。")
	}
	sentence, _, _ := strings.Cut(tight, "。")
	of := strings.Join(yearsIn(sentence), "")
	if intended.MatchString(sentence) {
		of += "planned"
	}
	return of
}

func lineQuantities(w *wording, line, at int) []quantity {
	tight := w.folded.Text
	var all []quantity
	last := 0 // end of the quantity before
	for _, m := range quantityPattern.FindAllStringSubmatchIndex(tight, -1) {
		figure, unit := tight[m[4]:m[5]], ""
		if m[8] >= 0 {
			unit = tight[m[8]:m[9]]
		}
		value, ok := value(figure)
		if !ok || !counts(tight, m, figure, unit) {
			continue
		}
		between := tight[last:m[0]]
		last = m[1]
		start, end := w.bytes(m[4], m[1])
		q := quantity{
			label: labelOf(between), form: figure, value: value, unit: unit, line: line,
			percent:  strings.HasSuffix(figure, "%") || strings.HasPrefix(figure, "百分之"),
			inner:    strings.Count(tight[:m[0]], "(") > strings.Count(tight[:m[0]], ")"),
			about:    m[2] >= 0 || m[6] >= 0,
			cue:      partCue.MatchString(between),
			sentence: strings.Count(tight[:m[0]], "。"),
			span:     Span{w.original[start:end], at + start, at + end},
		}
		if _, fraction, ok := strings.Cut(strings.TrimSuffix(figure, "%"), "."); ok {
			q.decimals = len(fraction)
		}
		all = append(all, q)
	}
	return all
}

// counts tells a quantity from a date, a number in a list, an ordinal or a
// numeral within a word.
func counts(tight string, m []int, figure, unit string) bool {
	before, after := tight[:m[0]], tight[m[1]:]
	if strings.HasSuffix(before, "第") || strings.HasSuffix(before, ".") || unit == "" && startsWith(after, "年", "月", "日", "号", ".", "-", ":") {
		return false
	}
	if r, _ := utf8.DecodeLastRuneInString(before); r < utf8.RuneSelf && (isLetter(byte(r)) || isDigit(byte(r))) && before != "" {
		return false
	}
	if !isDigit(figure[0]) && !strings.HasPrefix(figure, "百分之") {
		return unit != "" && unit != "个" && utf8.RuneCountInString(figure) >= 1 && !strings.HasSuffix(before, "“")
	}
	return unit != "" || strings.HasSuffix(figure, "%") || strings.HasPrefix(figure, "百分之")
}

func startsWith(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// labelOf is what stands between the last mark and a figure.
func labelOf(between string) string {
	if i := strings.LastIndexAny(between, "，,、；;：:。()《》!?"); i >= 0 {
		_, size := utf8.DecodeRuneInString(between[i:])
		between = between[i+size:]
	}
	return labelEnd.ReplaceAllString(labelStart.ReplaceAllString(between, ""), "")
}
