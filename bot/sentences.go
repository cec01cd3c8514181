package bot

import (
	"fmt"
	"strconv"
	"strings"
)

// Labels shown beside an answer.
const (
	labelExcerpt = "原文摘录"
	labelFixed   = "系统提示"
)

// emergencyNumbers are national and never configured.
const emergencyNumbers = "报警110，火警119，急救120，交通事故122"

// guardSentences are said for questions that are routed before search; %s is
// the configured phone.
var guardSentences = map[Status]string{
	StatusEmergency:  "情况紧急，请马上打电话：" + emergencyNumbers + "。打通后先说清楚地点。不紧急的事可以打 %s。",
	StatusBlocked:    "这个要求我不能照办。您可以问我本站公开的政策、办事和报告内容，其他事情请拨打 %s。",
	StatusHandoff:    "我是自动问答，不能受理投诉、举报，也不能替您转办。请拨打 %s，由工作人员接听。",
	StatusPersonal:   "我查不到个人的办理情况，也请不要在这里输入身份证号、银行卡号。请带上证件到办事窗口查询，或者拨打 %s。",
	StatusOutOfScope: "这个问题不在本站公开信息的范围内，我答不了。政务方面的事可以接着问我，也可以拨打 %s。",
}

// The fixed sentences around quotations. None of them carries a figure of its
// own but years and phone numbers, which the visitor or the operator gave.
const (
	sayNoAnswer     = "没有在本站公开信息中找到这个问题的答案。"
	sayNearest      = "下面几份材料可能有关，可以点开看看："
	sayCall         = "也可以拨打 %s 咨询。"
	sayPlanned      = "下面是资料中写明的计划安排，不是已经完成的事项："
	sayGoalOnly     = "资料里写的是%s，没有写已经建成或者已经被命名。原文是："
	sayNotNamed     = "资料里只说%s，没有写出具体名称。原文是："
	sayListed       = "资料中列出的有："
	sayNoSuchDocNo  = "没有在本站公开信息中找到您说的这个文号，请核对一下。"
	sayNoSuchTitle  = "没有在本站公开信息中找到您说的这份文件，请核对一下名称。"
	sayOutdatedRule = "请注意：这份文件已标明%s，仅供参考。"
)

// sayNoSuchPlace names the place that the collection lacks.
func sayNoSuchPlace(place string) string {
	return fmt.Sprintf("没有在本站公开信息中找到关于“%s”的这项内容。", place)
}

// sayNoSuchYear names the year asked for and the one that there is.
func sayNoSuchYear(asked Year, have int) string {
	what := strconv.Itoa(asked.Number) + "年"
	if asked.Relative != "" {
		what = asked.Relative + "（" + what + "）"
	}
	if have == 0 {
		return fmt.Sprintf("没有在本站公开信息中找到%s的这项内容。", what)
	}
	return fmt.Sprintf("没有在本站公开信息中找到%s的这项内容，现有资料说的是%d年。", what, have)
}

// sayOtherYear leads an answer from another year than the relative one asked.
func sayOtherYear(asked Year, have int) string {
	return fmt.Sprintf("您问的%s是%d年，现有资料中最近的是%d年：", asked.Relative, asked.Number, have)
}

// quoted joins words of a source as “甲”“乙”.
func quoted(words []string) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteString("“" + w + "”")
	}
	return b.String()
}
