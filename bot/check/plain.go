package check

import (
	"fmt"
	"strings"
)

// Names of verdicts and reasons as the staff read them.
var (
	verdictNames = map[Verdict]string{
		Verbatim: "与原文一致", Altered: "与原文不同", NotFound: "没有找到原文", Superseded: "原文已不再施行", ReferenceWrong: "引用条款有误",
	}
	reasonNames = map[Reason]string{
		ReasonFigure: "数字不同", ReasonDate: "日期不同", ReasonNegation: "多了或少了“不”“未”等字", ReasonModal: "“应当”“可以”等用词不同",
		ReasonUnit: "单位不同", ReasonClause: "条款序号不同", ReasonQuotation: "引文与原文不同", ReasonWording: "文字不同",
		ReasonPunctuation: "仅标点不同", ReasonSameValue: "同一数值的另一种写法",
		ReasonDocumentMissing: "所引文件未收录，不能判断对错", ReasonOtherPeriod: "只找到其他年度的数据（上期数）",
		ReasonReferenceHolds: "所引条款与原文相符", ReasonReferenceOpen: "所引条款存在，内容请人工核对",
		ReasonNoClause: "所引文件没有这一条", ReasonOtherClause: "所引条款说的是另一件事", ReasonParts: "整句为自拟，其中部分已核对",
		ReasonTitle: "是一份文件的标题", ReasonCut: "只是原句的一部分，请看前后文", ReasonElsewhere: "与别处原文一致，但前后句的出处在此处写法不同", ReasonOrder: "与相邻句子的次序和原文相反",
		ReasonOldVersion: "来自旧版本", ReasonNotInForce: "文件已废止、失效或被替代",
	}
	roleNames = map[Role]string{
		RoleSource: "原文", RoleInForce: "现行原文", RoleCited: "所引条款原文", RolePrevious: "上期原文",
	}
)

// Name is the verdict as the staff read it.
func (v Verdict) Name() string { return verdictNames[v] }

// Name is the reason as the staff read it, "" for none.
func (r Reason) Name() string { return reasonNames[r] }

// Name is the role as the staff read it.
func (r Role) Name() string { return roleNames[r] }

// Plain writes a report for a terminal: what needs a look, then the numbers.
func Plain(r Report) string {
	var b strings.Builder
	for _, s := range r.Segments {
		if s.Verdict == Verbatim && (s.Reason == "" || s.Reason == ReasonTitle) {
			continue
		}
		fmt.Fprintf(&b, "\n【%s】", s.Verdict.Name())
		if s.Reason != "" {
			b.WriteString(s.Reason.Name())
		}
		fmt.Fprintf(&b, "\n  草稿：%s\n", s.Text)
		for _, m := range s.Matches {
			fmt.Fprintf(&b, "  %s：%s\n", m.Role.Name(), oneLine(m.Quote))
			if marked := Marked(m.Diff); marked != "" && m.Score < 1 {
				fmt.Fprintf(&b, "  对照：%s\n", oneLine(marked))
			}
			fmt.Fprintf(&b, "        《%s》%s\n", m.Title, m.Clause)
		}
	}
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "\n【文内核对】%s\n", f.Text)
	}
	for _, m := range r.Missing {
		fmt.Fprintf(&b, "\n【未收录的文件】%s\n", m.Title)
	}
	counts := map[Verdict]int{}
	for _, s := range r.Segments {
		counts[s.Verdict]++
	}
	fmt.Fprintf(&b, "\n共%d句：", len(r.Segments))
	for i, v := range []Verdict{Verbatim, Altered, ReferenceWrong, Superseded, NotFound} {
		if i > 0 {
			b.WriteString("，")
		}
		fmt.Fprintf(&b, "%s%d", v.Name(), counts[v])
	}
	b.WriteString("。\n")
	return b.String()
}

// Marked writes a diff in words: 〔删除：…〕 and 〔增加：…〕. It is "" if nothing
// differs.
func Marked(diff []Op) string {
	var b strings.Builder
	changed := false
	for _, op := range diff {
		switch op.Op {
		case Delete:
			fmt.Fprintf(&b, "〔删除：%s〕", op.Text)
		case Insert:
			fmt.Fprintf(&b, "〔增加：%s〕", op.Text)
		default:
			b.WriteString(op.Text)
			continue
		}
		changed = true
	}
	if !changed {
		return ""
	}
	return b.String()
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", "/") }
