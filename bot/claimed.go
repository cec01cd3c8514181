package bot

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhiwen/retrieval"
)

// Amount is a figure with its unit. Amounts that say the same are equal but for
// their Words.
type Amount struct {
	Words string  // as written
	Value float64 // 3000 of 3000元, 三千块 and 0.3万元
	Unit  string  // 元, %, 天 …
}

const numeral = `(\d[\d,]*(?:\.\d+)?|[一二两三四五六七八九十百千零〇]+)`

var (
	amountPattern = regexp.MustCompile(numeral + `\s?(百|千|万|亿)?\s?(元|块钱|块|%|个?工作日|个月|天|日|岁|次|平方米|平米|亩|年)`)
	// wanPattern is a sum of which only 万 is said: 补5万.
	wanPattern = regexp.MustCompile(numeral + `\s?(万)(?:元|块)?`)
	perCent    = regexp.MustCompile(`百分之` + numeral)

	// hearsay says that a figure is somebody's claim.
	hearsay = regexp.MustCompile(`听说|据说|都说|有人说|人家说|网上说|群里说|说是|不是说|说每|讲是|听讲|对吧|对不对|是真的|真的吗|真的假的|是吧[?!。]*$|对吗`)
	// granted comes before a sum that the question takes for granted.
	granted = regexp.MustCompile(`(?:补贴|补助|津贴|奖励|奖金|补偿|救助金?|抚恤金?|罚款?|收费|工本费|押金|保证金|标准|低保金?|养老金|每户|每人|一次性)[^,。;!?]{0,6}$`)
	// own comes before a sum of the visitor's own.
	own = regexp.MustCompile(`(?:我|家)[^,。;!?]{0,8}(?:收入|工资|存款|花了?|用了|欠|贷|借|交了?|买)[^,。;!?]{0,6}$`)
)

// scales are what the words after a numeral multiply it by.
var scales = map[string]float64{"": 1, "百": 100, "千": 1000, "万": 1e4, "亿": 1e8}

// units puts one word for several.
var units = map[string]string{"块": "元", "块钱": "元", "日": "天", "平米": "平方米", "工作日": "个工作日"}

// amountsIn gives the amounts of a folded text.
func amountsIn(text string) []Amount {
	var found []Amount
	for _, at := range append(amountPattern.FindAllStringSubmatchIndex(text, -1), wanPattern.FindAllStringSubmatchIndex(text, -1)...) {
		unit := "元"
		if len(at) > 6 {
			unit = text[at[6]:at[7]]
			if one, ok := units[unit]; ok {
				unit = one
			}
		}
		scale := ""
		if at[4] >= 0 {
			scale = text[at[4]:at[5]]
		}
		if value, ok := valueOf(text[at[2]:at[3]]); ok {
			found = append(found, Amount{text[at[0]:at[1]], value * scales[scale], unit})
		}
	}
	for _, m := range perCent.FindAllStringSubmatch(text, -1) {
		if value, ok := valueOf(m[1]); ok {
			found = append(found, Amount{m[0], value, "%"})
		}
	}
	return found
}

func valueOf(numeral string) (float64, bool) {
	if value, err := strconv.ParseFloat(strings.ReplaceAll(numeral, ",", ""), 64); err == nil {
		return value, true
	}
	n := retrieval.ParseNumeral(numeral)
	return float64(n), n > 0
}

// claimedIn gives the amounts that a folded question takes for true: what is
// called hearsay, and sums of what is granted or charged. What visitors tell of
// themselves is none.
func claimedIn(folded string) []Amount {
	heard := hearsay.MatchString(folded)
	var claimed []Amount
	for _, a := range amountsIn(folded) {
		before := folded[:strings.Index(folded, a.Words)]
		if own.MatchString(before) || !heard && (a.Unit != "元" && a.Unit != "%" || !granted.MatchString(before)) {
			continue
		}
		if a.Unit != "年" && a.Unit != "岁" { // 2023年, and how old somebody is
			claimed = append(claimed, a)
		}
	}
	return claimed
}

// holdsAmount reports whether a text has an amount, however it is written.
func holdsAmount(text string, a Amount) bool {
	return slices.ContainsFunc(amountsIn(retrieval.FoldString(text)), func(have Amount) bool {
		return have.Value == a.Value && have.Unit == a.Unit
	})
}
