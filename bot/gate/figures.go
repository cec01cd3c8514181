package gate

import (
	"regexp"
	"strconv"
	"strings"

	"zhiwen/retrieval"
)

// amount is a figure, or a Chinese numeral before a unit, with the unit and
// what is said around it.
type amount struct {
	start, end  int // bytes
	value, unit string
	before      string          // value of the figure before it in the sentence; "" if none
	around      map[string]bool // bigrams near by, in the same sentence
	clause      map[string]bool // bigrams of the clause that it stands in
}

var (
	arabic  = `(?:\d{1,3}(?:,\d{3})+\b|\d+)(?:\.\d+)*%?`
	numeral = `[〇零一二三四五六七八九十百千两]+`
	// counted are the units that make a numeral a figure.
	counted       = `个工|个月|个自|个小|个乡|个镇|个村|个|万元|亿元|万人|万|亿|元|块|人|名|件|次|天|日|月|年|周|岁|成|倍|份|张|家|户|项|条|款|级|分|小时|时|米|亩|吨|位|批|起|场|所|座|台|套|公里|平方|号`
	amountPattern = regexp.MustCompile(`(?:(` + arabic + `)|(` + numeral + `))(` + counted + `)?`)
)

// sameUnit puts units that mean the same into one form.
var sameUnit = map[string]string{"块": "元", "天": "日", "号": "日"}

// sameBefore is what the same figure before a figure counts beside the bigrams
// around it: of 80至89周岁…50元；90至99周岁…100元 it tells which is which.
const sameBefore = 8

// near is how far around a figure its context reaches, in runes.
const near = 10

func amountsOf(text string) []amount {
	var all []amount
	for _, at := range amountPattern.FindAllStringSubmatchIndex(text, -1) {
		a := amount{start: at[0], end: at[1]}
		if at[6] >= 0 {
			a.unit = text[at[6]:at[7]]
			if same, ok := sameUnit[a.unit]; ok {
				a.unit = same
			}
		}
		switch {
		case at[2] >= 0:
			a.value = strings.ReplaceAll(text[at[2]:at[3]], ",", "")
			a.value = strings.TrimLeft(a.value, "0")
			if a.value == "" || a.value[0] == '.' {
				a.value = "0" + a.value
			}
		case a.unit == "" || a.unit == "个" && text[at[4]:at[5]] == "一":
			continue // 统一, 一般, 十分, 一个
		default:
			n := retrieval.ParseNumeral(text[at[4]:at[5]])
			if n == 0 {
				continue
			}
			a.value = strconv.Itoa(n)
		}
		if n := len(all); n > 0 && !strings.ContainsAny(text[all[n-1].end:at[0]], "。；;\n") {
			a.before = all[n-1].value
		}
		a.around = bigrams(context(text[:at[0]], false) + "\n" + context(text[at[1]:], true))
		a.clause = bigrams(clauseAround(text, at[0], at[1]))
		all = append(all, a)
	}
	return all
}

// clauseAround is the clause that stands around a place in a text.
func clauseAround(text string, start, end int) string {
	const ends = "，,。；;：:\n！？!?"
	from := strings.LastIndexAny(text[:start], ends) + 1
	if from > 0 {
		for from < start && text[from]&0xC0 == 0x80 {
			from++
		}
	}
	to := strings.IndexAny(text[end:], ends)
	if to < 0 {
		to = len(text) - end
	}
	return text[from:start] + "\n" + text[end:end+to]
}

// context is what stands next to a figure within its sentence.
func context(text string, after bool) string {
	runes := []rune(text)
	if after {
		runes = runes[:min(near, len(runes))]
	} else {
		runes = runes[max(0, len(runes)-near):]
	}
	s := string(runes)
	if after {
		if end := strings.IndexAny(s, "。；;\n"); end >= 0 {
			s = s[:end]
		}
		return s
	}
	if end := strings.LastIndexAny(s, "。；;\n"); end >= 0 {
		s = strings.TrimLeft(s[end:], "。；;\n")
	}
	return s
}

// figuresStand reports whether every figure stands in the evidence, with its
// unit where both have one.
func figuresStand(said, held string) bool {
	type pair struct{ value, unit string }
	values, bare, pairs := map[string]bool{}, map[string]bool{}, map[pair]bool{}
	for _, a := range amountsOf(held) {
		bare[a.value] = bare[a.value] || a.unit == ""
		values[a.value], pairs[pair{a.value, a.unit}], pairs[pair{a.value, ""}] = true, true, true
	}
	for _, f := range retrieval.Figures(held) {
		values[f] = true
	}
	for _, f := range retrieval.Figures(said) {
		if !values[f] && !values[strings.TrimLeft(strings.ReplaceAll(f, ",", ""), "0")] {
			return false
		}
	}
	for _, a := range amountsOf(said) {
		if !values[a.value] || a.unit != "" && !pairs[pair{a.value, a.unit}] && !bare[a.value] {
			return false
		}
	}
	return true
}

// figuresBelong reports whether each figure is said of what the evidence says
// it of: among the evidence's figures of its unit, none with another value
// has more around it in common.
func figuresBelong(said, held string) bool {
	have := amountsOf(held)
	for _, a := range amountsOf(said) {
		own, other := -1, -1
		for _, h := range have {
			if h.unit != a.unit && !(h.unit == "" && h.value == a.value) {
				continue
			}
			score := 2*common(a.around, h.around) + common(a.clause, h.clause)
			if a.before != "" && a.before == h.before {
				score += sameBefore
			}
			if h.value == a.value {
				own = max(own, score)
			} else {
				other = max(other, score)
			}
		}
		if other > own {
			return false
		}
	}
	return true
}

func common(a, b map[string]bool) int {
	n := 0
	for k := range a {
		if b[k] {
			n++
		}
	}
	return n
}
