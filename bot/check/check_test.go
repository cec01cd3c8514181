package check

import (
	"context"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhiwen/retrieval"
)

// library is a collection in memory: current texts on a shelf, older versions
// beside it.
type library struct {
	*shelf
	older map[string]retrieval.Document
	all   []retrieval.Document
}

func newLibrary(docs ...retrieval.Document) *library {
	l := &library{older: map[string]retrieval.Document{}, all: docs}
	var current []retrieval.Document
	for _, d := range docs {
		if d.State == retrieval.StateCurrent {
			current = append(current, d)
		} else {
			l.older[d.ID] = d
		}
	}
	l.shelf = newShelf(current)
	return l
}

func (l *library) Document(ctx context.Context, id string) (retrieval.Document, error) {
	if d, ok := l.older[id]; ok {
		return d, nil
	}
	return l.shelf.Document(ctx, id)
}

func (l *library) List(context.Context) iter.Seq2[retrieval.Listing, error] {
	return func(yield func(retrieval.Listing, error) bool) {
		for _, d := range l.all {
			if !yield(retrieval.Listing{Meta: d.Meta}, nil) {
				return
			}
		}
	}
}

func (l *library) Stats(context.Context) (retrieval.Stats, error) {
	return retrieval.Stats{Generation: 1}, nil
}

var articleLine = regexp.MustCompile(`(?m)^第[一二三四五六七八九十]+条`)

// document makes a stored text; lines that begin with 第X条 are its articles.
func document(id, title, text string, set ...func(*retrieval.Document)) retrieval.Document {
	d := retrieval.Document{Meta: retrieval.Meta{ID: id, Key: id, Title: title, State: retrieval.StateCurrent, Version: 1}, Text: text}
	for _, m := range articleLine.FindAllStringIndex(text, -1) {
		if n := len(d.Sections); n > 0 {
			d.Sections[n-1].End = m[0]
		}
		d.Sections = append(d.Sections, retrieval.Section{Parent: -1, Level: retrieval.LevelArticle, Label: text[m[0]:m[1]], Start: m[0], Body: m[1], End: len(text)})
	}
	for _, s := range set {
		s(&d)
	}
	return d
}

const (
	measuresText = "城市养犬管理办法\n\n第一条 为了规范养犬行为，保障公民健康和人身安全，制定本办法。\n\n" +
		"第二条 养犬人应当自取得犬只之日起三十日内，到居住地的公安机关办理养犬登记。\n\n" +
		"第三条 携带犬只外出的，应当用长度不超过一点五米的牵引带牵引，并主动避让他人。\n\n" +
		"第四条 违反本办法第三条规定的，由公安机关责令改正，处二百元以上五百元以下罚款。\n\n" +
		"第五条 本办法自2021年3月1日起施行。"
	reportText = "一、2023年工作情况\n\n全年办理行政复议案件32件，其中维持13件，驳回9件，审结率为96.88%。\n\n" +
		"建成县乡村三级公共法律服务实体平台，组织普法宣传活动368次。\n\n二、2024年工作安排\n\n持续推进执法规范化建设。"
)

func collection() *library {
	return newLibrary(
		document("measures", "城市养犬管理办法", measuresText),
		document("report", "某县2023年度法治政府建设报告", reportText),
		document("old", "城市养犬暂行办法", "第一条 养犬人应当在取得犬只后七日内到街道办事处登记，逾期不登记的予以没收。", func(d *retrieval.Document) {
			d.Validity = retrieval.ValidityRepealed
		}),
		document("measures-1", "城市养犬管理办法", "第二条 养犬人应当自取得犬只之日起十五日内，到居住地的派出所办理养犬登记。", func(d *retrieval.Document) {
			d.Key, d.State, d.Version = "measures", retrieval.StateSuperseded, 0
		}),
	)
}

func check(t *testing.T, l *library, d Draft) Report {
	t.Helper()
	r, err := New(l, l, nil).Check(t.Context(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	holdReport(t, l, d, r)
	return r
}

// holdReport holds a report to what must always be true: segments are the
// draft's, quotations the stored text's, and a diff reads as the draft.
func holdReport(t testing.TB, l *library, d Draft, r Report) {
	t.Helper()
	last := 0
	for _, s := range r.Segments {
		if s.Start < last || d.Text[s.Start:s.End] != s.Text {
			t.Errorf("segment %q at %d stands for %q", s.Text, s.Start, d.Text[s.Start:s.End])
		}
		last = s.End
		for _, m := range s.Matches {
			holdMatch(t, l, d, m)
		}
		if s.Verdict == Verbatim && s.Reason != ReasonTitle && !strings.Contains(retrieval.FoldTight(s.Matches[0].Quote).Text, retrieval.FoldTight(s.Text).Text) {
			t.Errorf("verbatim %q is not the quotation %q", s.Text, s.Matches[0].Quote)
		}
		for _, p := range s.Parts {
			if d.Text[p.Start:p.End] != p.Text {
				t.Errorf("part %q at %d stands for %q", p.Text, p.Start, d.Text[p.Start:p.End])
			}
		}
	}
	for _, f := range r.Findings {
		for _, s := range f.Spans {
			if d.Text[s.Start:s.End] != s.Text {
				t.Errorf("%s: %q at %d stands for %q", f.Text, s.Text, s.Start, d.Text[s.Start:s.End])
			}
		}
	}
}

func holdMatch(t testing.TB, l *library, d Draft, m Match) {
	t.Helper()
	stored := ""
	for _, doc := range slices.Concat(l.all, d.Materials) {
		if doc.ID == m.DocID {
			stored = doc.Text
		}
	}
	if stored[m.Start:m.End] != m.Quote {
		t.Errorf("quotation %q is not the text's %q", m.Quote, stored[m.Start:m.End])
	}
}

func TestVerdicts(t *testing.T) {
	for _, test := range []struct {
		name, draft string
		verdict     Verdict
		reason      Reason
		clause      string // of the first match
		marked      string // its diff in words
	}{
		{"verbatim", "为了规范养犬行为，保障公民健康和人身安全，制定本办法。", Verbatim, "", "第一条", ""},
		{"half width", "为了规范养犬行为,保障公民健康和人身安全,制定本办法。", Verbatim, "", "第一条", ""},
		{"Traditional", "為了規範養犬行為，保障公民健康和人身安全，制定本辦法。", Verbatim, "", "第一条", ""},
		{"spaces", "为了 规范养犬行为， 保障公民健康和　人身安全，制定本办法。", Verbatim, "", "第一条", ""},
		{"a figure", "处二百元以上八百元以下罚款，由公安机关责令改正。", Altered, ReasonFigure, "第四条", ""},
		{"the figure of a fine", "违反本办法第三条规定的，由公安机关责令改正，处二百元以上八百元以下罚款。", Altered, ReasonFigure, "第四条",
			"违反本办法第三条规定的，由公安机关责令改正，处二百元以上〔删除：五百〕〔增加：八百〕元以下罚款。"},
		{"a clause", "违反本办法第二条规定的，由公安机关责令改正，处二百元以上五百元以下罚款。", Altered, ReasonClause, "第四条", ""},
		{"a date", "第五条 本办法自2021年5月1日起施行。", Altered, ReasonDate, "第五条", "第五条 本办法自2021年〔删除：3〕〔增加：5〕月1日起施行。"},
		{"a duty", "养犬人可以自取得犬只之日起三十日内，到居住地的公安机关办理养犬登记。", Altered, ReasonModal, "第二条", ""},
		{"a negation", "携带犬只外出的，不应当用长度不超过一点五米的牵引带牵引，并主动避让他人。", Altered, ReasonNegation, "第三条", ""},
		{"a unit", "携带犬只外出的，应当用长度不超过一点五公里的牵引带牵引，并主动避让他人。", Altered, "*", "第三条", ""},
		{"another form of the value", "养犬人应当自取得犬只之日起30日内，到居住地的公安机关办理养犬登记。", Altered, ReasonSameValue, "第二条", ""},
		{"another mark", "为了规范养犬行为；", Altered, ReasonPunctuation, "第一条", ""},
		{"only marks", "携带犬只外出的：应当用长度不超过一点五米的牵引带牵引，并主动避让他人。", Altered, ReasonPunctuation, "第三条", ""},
		{"nothing like it", "全县森林覆盖率稳步提高，生态环境质量持续改善。", NotFound, "", "", ""},
		{"a title", "城市养犬管理办法", Verbatim, "", "", ""},
		{"repealed", "养犬人应当在取得犬只后七日内到街道办事处登记，逾期不登记的予以没收。", Superseded, ReasonNotInForce, "第一条", ""},
		{"an old version", "养犬人应当自取得犬只之日起十五日内，到居住地的派出所办理养犬登记。", Superseded, ReasonOldVersion, "第二条", ""},
		{"cut", "保障公民健康和人身安全，制定本", Verbatim, ReasonCut, "第一条", ""},
		{"a right reference", "根据《城市养犬管理办法》第三条规定，携带犬只外出的，应当用长度不超过一点五米的牵引带牵引，并主动避让他人。", NotFound, ReasonReferenceHolds, "第三条", ""},
		{"a wrong reference", "根据《城市养犬管理办法》第二条规定，携带犬只外出的，应当用长度不超过一点五米的牵引带牵引，并主动避让他人。", ReferenceWrong, ReasonOtherClause, "第二条", ""},
		{"no such clause", "根据《城市养犬管理办法》第二十条规定，携带犬只外出的应当牵引。", ReferenceWrong, ReasonNoClause, "*", ""},
		{"a bare reference", "依照《城市养犬管理办法》第四条处理。", NotFound, ReasonReferenceOpen, "第四条", ""},
		{"a missing law", "根据《城市养猫管理条例》第三条规定，携带猫只外出的，应当用长度不超过一点五米的牵引带牵引，并主动避让他人。", NotFound, ReasonDocumentMissing, "", ""},
		{"a missing notice", "落实《关于加强犬类狂犬病防控的通知》，开展专项检查并取得成效。", NotFound, ReasonDocumentMissing, "", ""},
		{"a quotation", "会议强调，要认真学习“携带犬只外出的，可以用长度不超过一点五米的牵引带牵引”等要求，落到实处。", Altered, ReasonQuotation, "", ""},
	} {
		r := check(t, collection(), Draft{Text: test.draft})
		s := r.Segments[0]
		if len(r.Segments) != 1 || s.Verdict != test.verdict || s.Reason != test.reason && test.reason != "*" {
			t.Errorf("%s: %d segments, %s %s, want %s %s: %+v", test.name, len(r.Segments), s.Verdict, s.Reason, test.verdict, test.reason, s.Matches)
			continue
		}
		if test.clause != "" && test.clause != "*" && (len(s.Matches) == 0 || s.Matches[0].Clause != test.clause) {
			t.Errorf("%s: %+v, want clause %s", test.name, s.Matches, test.clause)
		}
		if test.marked != "" && Marked(s.Matches[0].Diff) != test.marked {
			t.Errorf("%s: %s\nwant %s", test.name, Marked(s.Matches[0].Diff), test.marked)
		}
	}
}

// A superseded sentence comes with what holds in its place.
func TestInForceBeside(t *testing.T) {
	s := check(t, collection(), Draft{Text: "养犬人应当自取得犬只之日起十五日内，到居住地的派出所办理养犬登记。"}).Segments[0]
	if len(s.Matches) != 2 || s.Matches[1].Role != RoleInForce || !strings.Contains(s.Matches[1].Quote, "三十日内") || s.Matches[0].DocID != "measures-1" {
		t.Errorf("%+v", s.Matches)
	}
}

// A figure of another year is last period's, never an alteration; one that the
// sentence itself says is of that year is compared.
func TestOtherPeriod(t *testing.T) {
	draft := "全年办理行政复议案件45件，其中维持20件，驳回12件，审结率为95.56%。"
	for _, d := range []Draft{{Title: "某县2024年度法治政府建设报告", Text: draft}, {Period: "2024", Text: draft}, {Text: "某县2024年度法治政府建设报告\n" + draft}} {
		segments := check(t, collection(), d).Segments
		s := segments[len(segments)-1]
		if s.Verdict != NotFound || s.Reason != ReasonOtherPeriod || s.Matches[0].Role != RolePrevious || s.Matches[0].Period != "2023" {
			t.Errorf("%+v: %s %s %+v", d, s.Verdict, s.Reason, s.Matches)
		}
	}
	s := check(t, collection(), Draft{Period: "2023", Text: draft}).Segments[0]
	if s.Verdict != Altered || s.Reason != ReasonFigure {
		t.Errorf("of the same year: %s %s", s.Verdict, s.Reason)
	}
	s = check(t, collection(), Draft{Period: "2024", Text: "2023年办理行政复议案件45件，其中维持13件，驳回9件，审结率为96.88%。"}).Segments[0]
	if s.Verdict != Altered {
		t.Errorf("of the year that it names: %s %s", s.Verdict, s.Reason)
	}
}

// Materials speak before the collection, and are quoted without an address.
func TestMaterials(t *testing.T) {
	material := document("letter", "关于复议案件数的函", "经核实，全年办理行政复议案件33件，其中维持14件，驳回9件，审结率为96.97%。")
	d := Draft{Text: "全年办理行政复议案件32件，其中维持13件，驳回9件，审结率为96.88%。", Materials: []retrieval.Document{material}}
	s := check(t, collection(), d).Segments[0]
	if s.Verdict != Altered || !s.Matches[0].Material || s.Matches[0].URL != "" || s.Matches[0].DocID != "letter" {
		t.Errorf("%s %+v", s.Verdict, s.Matches)
	}
	d.Text = "全年办理行政复议案件33件，其中维持14件，驳回9件，审结率为96.97%。"
	if s := check(t, collection(), d).Segments[0]; s.Verdict != Verbatim || !s.Matches[0].Material {
		t.Errorf("%s %+v", s.Verdict, s.Matches)
	}
	// A law that is given beside the draft is not missing.
	d = Draft{Text: "根据《城市养猫管理条例》第一条规定，猫只应当登记。", Materials: []retrieval.Document{document("cats", "城市养猫管理条例", "第一条 猫只应当登记。")}}
	if r := check(t, collection(), d); len(r.Missing) != 0 || r.Segments[0].Reason == ReasonDocumentMissing {
		t.Errorf("%+v %+v", r.Missing, r.Segments[0])
	}
}

func TestMissingIsListedOnce(t *testing.T) {
	r := check(t, collection(), Draft{Text: "落实《乡村振兴促进条例》。再落实《乡村振兴促进条例》第一条。按照绩政办〔2022〕5号执行。编排话剧《乡村条例》。"})
	if fmt.Sprint(r.Missing) != "[{乡村振兴促进条例 [0 1]} {绩政办〔2022〕5号 [2]}]" && len(r.Missing) != 2 {
		t.Errorf("%+v", r.Missing)
	}
}

// Two sentences in the other order are each verbatim, and told of.
func TestOrder(t *testing.T) {
	text := "坚持依法行政，严格规范执法程序。加强队伍建设，提升人员业务能力。完善监督机制，畅通投诉举报渠道。"
	l := newLibrary(document("a", "要点", text))
	r := check(t, l, Draft{Text: "加强队伍建设，提升人员业务能力。坚持依法行政，严格规范执法程序。完善监督机制，畅通投诉举报渠道。"})
	for i, want := range []Reason{ReasonOrder, ReasonOrder, ""} {
		if s := r.Segments[i]; s.Verdict != Verbatim || s.Reason != want {
			t.Errorf("%d: %s %s, want %s", i, s.Verdict, s.Reason, want)
		}
	}
	if len(r.Findings) != 1 || r.Findings[0].Kind != FindingOrder {
		t.Errorf("%+v", r.Findings)
	}
	if r := check(t, l, Draft{Text: text}); len(r.Findings) != 0 {
		t.Errorf("in order: %+v", r.Findings)
	}
}

// A sentence that two chunks share is found, and so is one that lines of its
// source break.
func TestAcrossBorders(t *testing.T) {
	filler := strings.Repeat("这是一段用来填充篇幅的普通文字，与要核对的内容没有关系。", 20)
	l := newLibrary(document("a", "长文", filler+"这一句话很长，它的前半部分在前一个片段里，\n后半部分则在\n后一个片段里，但仍然是一句完整的话。"+filler))
	l.shelf.chunks, l.shelf.rows = nil, map[string][]int64{}
	cut := strings.Index(l.all[0].Text, "后半部分")
	l.shelf.add(l.all[0], 0, cut)
	l.shelf.add(l.all[0], cut, len(l.all[0].Text))
	s := check(t, l, Draft{Text: "这一句话很长，它的前半部分在前一个片段里，后半部分则在后一个片段里，但仍然是一句完整的话。"}).Segments[0]
	if s.Verdict != Verbatim {
		t.Errorf("%s %+v", s.Verdict, s.Matches)
	}
}

func TestArithmetic(t *testing.T) {
	for _, test := range []struct {
		draft string
		want  []string // kind, state and a part of the sentence
	}{
		{"县级权责清单共3326项，其中行政许可244项，行政处罚2685项，行政强制140项，其他权力257项。", []string{"sum holds 3326＝244＋2685＋140＋257"}},
		{"县级权责清单共3336项,其中行政许可244项,行政处罚2685项,行政强制140项,其他权力257项。", []string{"sum differs 与所写的3336不符"}},
		{"共办理行政复议案件32件;其中不予受理1件,未审结1件,维持13件,终止7件,驳回9件,撤销1件。", []string{"sum holds 32＝1＋1＋13＋7＋9＋1"}},
		{"办理公证587件，其中不动产继承公证285件，免收公证费74万元。", nil},
		{"审查规范性文件23件，其中印发16件（含部门文件2件），完成备案20件。", nil},
		{"调处矛盾纠纷1927件，调解成功1913件，成功率99.27%。", []string{"percent holds 1913÷1927＝99.27%"}},
		{"调处矛盾纠纷1927件，调解成功1913件，成功率92.27%。", []string{"percent differs 与所写的92.27%不符"}},
		{"全年应诉案件23件。败诉案件2件，败诉率为8.69%。", []string{"percent truncated 8.6957%"}},
		{"办理案件247件，完成全年目标任务107.39%。", nil},
		{"全县持证行政执法人员共633人。\n各单位持证行政执法人员634人。", nil},
		{"持证行政执法人员共633人。\n经核对，持证行政执法人员634人。", []string{"conflict differs 633人"}},
		{"投资创业资金3523万元。\n其中，投资创业资金35230000元。", []string{"same_value holds 3523万元"}},
		{"线上可办事项占比达到90%。\n线上可办事项占比百分之九十。", []string{"same_value holds 90%"}},
		{"一、2023年情况\n新建改建农村公路12公里。\n二、2024年安排\n新建改建农村公路15公里。", nil},
	} {
		var got []string
		findings := arithmetic(test.draft)
		for _, f := range findings {
			got = append(got, fmt.Sprint(f.Kind, " ", f.State, " ", f.Text))
		}
		ok := len(got) == len(test.want)
		for i := range min(len(got), len(test.want)) {
			head, tail, _ := strings.Cut(test.want[i], " ")
			state, part, _ := strings.Cut(tail, " ")
			ok = ok && strings.HasPrefix(got[i], head+" "+state+" ") && strings.Contains(got[i], part)
		}
		if !ok {
			t.Errorf("%s:\n%q, want %q", test.draft, got, test.want)
		}
	}
}

func TestSameValue(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"90%", "百分之九十", true}, {"3523万", "35230000", true}, {"3.5亿", "35000万", true}, {"二十三", "23", true}, {"1,927", "1927", true},
		{"二〇二三", "2023", true}, {"一万二千", "12000", true}, {"8.69%", "8.7%", false}, {"三十", "13", false}, {"23", "23", false}, {"十", "10", true},
		{"", "1", false}, {"百分之", "1", false}, {"一点五", "1.5", true},
	} {
		if got := sameValue(test.a, test.b); got != test.want {
			t.Errorf("sameValue(%q, %q) is %v", test.a, test.b, got)
		}
	}
}

// FuzzCheck: whatever a draft is, a report is true to it.
func FuzzCheck(f *testing.F) {
	for _, s := range []string{measuresText, reportText, "\ufeff根据《城市养犬管理办法》第99999999999条，", "《《》》第条第零条", "“”「", "１，２３４％百分之万亿", "\x00\xff不", "一点五点", "共1项其中1项2项3项4项，率0%"} {
		f.Add(s, "2024")
	}
	l := collection()
	checker := New(l, l, nil)
	f.Fuzz(func(t *testing.T, text, period string) {
		d := Draft{Text: text, Period: period}
		r, err := checker.Check(t.Context(), d, nil)
		if err != nil {
			t.Fatal(err)
		}
		holdReport(t, l, d, r)
	})
}
