package bot

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	figurePattern = regexp.MustCompile(`\d`)
	hanFigure     = regexp.MustCompile(`[一二三四五六七八九十百千万亿两半]+[个件项次人名家处场种类条起天元岁年月日倍成]|百分之|全部|均|免费|不收|免[收交缴征]|全免`)
	timePattern   = regexp.MustCompile(`\d{1,4}[年月日时点:：]|[\d一二三四五六七八九十两半]+个?(工作日|小时|分钟|天|日|周|月|年)|[上下]午|周[一二三四五六日末]|星期|年内|以内|当场|即时|随时|立即`)
	placePattern  = regexp.MustCompile(`[路街巷]|\d号|\d楼|\d室|大厅|中心|窗口|地址|地点|位于|地区|派出所|[局站所]`)
	phonePattern  = regexp.MustCompile(`\d{3,4}[-—]\d{7,8}|\b1\d{10}\b|\b1[12]\d{1,3}\b|\b9[56]\d{3,4}\b|\b400[-—\d]{7,9}|\b[2-8]\d{6,7}\b`)
	// penaltyPattern is what a text must hold that says how something is punished.
	penaltyPattern = regexp.MustCompile(`罚款|处.{0,20}元|拘留|警告|责令|吊销|没收`)
	hoursPattern   = regexp.MustCompile(`周[一二三四五六日末]|星期|双休日|工作日|节假日|[上下]午|\d[:：点]|24小时|全天|轮岗|错时|延时|预约服务`)
	listPattern    = regexp.MustCompile(`、.*、|[（(]?[一二三四五六七八九\d][）)、.．]|以下|包括|分别`)
)

// unitAsked is what a question counts in.
var unitAsked = regexp.MustCompile(`(?:几|多少|好多)(件|项|家|户|人次|场|名|篇|处|公里|平方米|亩|倍|所|座|辆|个月|岁)`)

var (
	ageAsked = regexp.MustCompile(`多大(?:年纪|岁数|年龄)|几岁|(?:什么|多少|啥)(?:年纪|岁数|年龄)`)
	age      = regexp.MustCompile(`[\d一二三四五六七八九十]周?岁`)
	// called is a telephone number, which is no amount.
	called = regexp.MustCompile(`(?:拨打|致电|电话|热线)[^\d。；，]{0,6}[\d\-—、]+`)
)

var (
	// moneyAsked asks for an amount of money, to be had or to be paid.
	moneyAsked = regexp.MustCompile(`(?:多少|好多|几多|几块|几个)[钱元]|(?:给|发|补|领|拿|赔|奖|交|缴|收|付)(?:多少|好多|几多)(?:[,.?!、]|$)|` +
		`(?:津贴|补贴|补助|补偿|养老金|抚恤金|救助金|保险金|低保金|工资|奖金)\p{Han}{0,6}(?:多少|好多|几多)(?:[,.?!、]|$)`)
	// moneyGot asks for what somebody gets.
	moneyGot = regexp.MustCompile(`(?:给|发|补|领|拿|赔|奖)(?:多少|好多|几多)|` +
		`(?:津贴|补贴|补助|补偿|低保|养老金|退休金|失业金|失业保险金|抚恤金|丧葬费|救助金|奖金)[^交缴办收费花买]{0,8}(?:多少|好多|几多|几块)`)
	// costing is said of what is to be paid.
	costing = regexp.MustCompile(`办|申请|申领|交|缴|手续|工本|收`)
	// amount is money, or a share of it; freeOfCharge is none to be paid.
	amount       = regexp.MustCompile(`(?:^|[^单公])元(?:[^旦宵件素月]|$)|块钱|百分之|\d%|[\d一二三四五六七八九十两]倍`)
	freeOfCharge = regexp.MustCompile(`免费|不收|免[收交缴征]|全免`)
)

// holdsFigure reports whether a text has a figure that is no telephone number.
func holdsFigure(text string) bool {
	return figurePattern.MatchString(called.ReplaceAllString(text, ""))
}

// holdsMoney reports whether a text has an amount of the money asked for.
func holdsMoney(q Question, text string) bool {
	return amount.MatchString(text) || !q.gain && freeOfCharge.MatchString(text)
}

// hasUnit reports whether a text has a figure in the unit that a question asks
// for.
func hasUnit(q Question, text string) bool {
	switch {
	case ageAsked.MatchString(q.Folded):
		return age.MatchString(text)
	case q.money:
		return holdsMoney(q, text)
	}
	m := unitAsked.FindStringSubmatch(q.Folded)
	if m == nil {
		return false
	}
	for before := range strings.SplitSeq(text, m[1]) {
		if last, _ := utf8.DecodeLastRuneInString(before); last >= '0' && last <= '9' && len(before) < len(text) {
			return true
		}
	}
	return false
}

// needsForm reports whether an answer without the form asked for is none.
func needsForm(want Want) bool {
	return want == WantFigure || want == WantTime || want == WantPlace || want == WantContact ||
		want == WantPenalty || want == WantHours
}

// hasForm reports whether a text holds something of the form that is asked.
func hasForm(q Question, text string) bool {
	switch q.Want {
	case WantFigure:
		if q.money && !holdsMoney(q, text) {
			return false
		}
		return holdsFigure(text) || hanFigure.MatchString(text)
	case WantTime:
		return timePattern.MatchString(text)
	case WantPlace:
		return placePattern.MatchString(text)
	case WantPenalty:
		return penaltyPattern.MatchString(text)
	case WantHours:
		return hoursPattern.MatchString(text)
	case WantContact:
		return phonePattern.MatchString(text)
	case WantList:
		return listPattern.MatchString(text)
	case WantName:
		return strings.ContainsAny(text, "“《") || placePattern.MatchString(text)
	}
	return false
}
