package check

import (
	"strings"
	"testing"
)

// TestAlign: where a changed sentence stands, and what was changed.
func TestAlign(t *testing.T) {
	for name, test := range map[string]struct{ sentence, text, want string }{
		"a phrase added": {
			"经许可后，经批准后，方可用火。", "应当经县级人民政府许可。经许可后，方可用火。其他规定。",
			"经许可后，〔增加：经批准后，〕方可用火。",
		},
		"a long phrase dropped": {
			"县人民政府应当公布目录。", "前一句。县人民政府应当会同有关部门按照各自职责每年向社会公布目录。后一句。",
			"县人民政府应当〔删除：会同有关部门按照各自职责每年向社会〕公布目录。",
		},
		"a whole figure": {"权责清单共3336项。", "权责清单共3326项。", "权责清单共〔删除：3326〕〔增加：3336〕项。"},
		"a percentage":   {"败诉率为8.70%。", "败诉率为8.69%。", "败诉率为〔删除：8.69%〕〔增加：8.70%〕。"},
		"the first word": {"应当按时公布全部结果。", "前一句。可以按时公布全部结果。", "〔删除：可以〕〔增加：应当〕按时公布全部结果。"},
		"the last word":  {"公路全长二百五十米。", "公路全长二百五十公里。后一句。", "公路全长二百五十〔删除：公里〕〔增加：米〕。"},
		"width, space and script": {
			"（一） 縣政府, 2023 年", "（一）县政府，2024年", "（一） 縣政府, 〔删除：2024〕〔增加：2023〕 年",
		},
		"a phrase dropped between marks": {"经审批，方可用火。", "经审批，经许可，方可用火。", "经审批，〔删除：经许可，〕方可用火。"},
		"a clause number":                {"违反本法第十二条规定的，", "违反本法第二十条规定的，", "违反本法第〔删除：二十〕〔增加：十二〕条规定的，"},
	} {
		sentence, text := newWording(test.sentence), newWording(test.text)
		a := align(sentence, text, 0, len(text.tokens))
		got := Marked(a.diff(sentence, text))
		if got != test.want {
			t.Errorf("%s: %s\nwant %s", name, got, test.want)
		}
		checkDiff(t, a.diff(sentence, text), test.sentence, text.source(a.from, a.to))
	}
}

// checkDiff holds a diff to its sentence and its quotation.
func checkDiff(t *testing.T, diff []Op, sentence, quote string) {
	t.Helper()
	var draft, source strings.Builder
	for _, op := range diff {
		if op.Op != Delete {
			draft.WriteString(op.Text)
		}
		if op.Op != Insert {
			source.WriteString(op.Text)
		}
	}
	if draft.String() != sentence {
		t.Errorf("equal and insert are %q, want %q", draft.String(), sentence)
	}
	if got, want := newWording(source.String()).folded.Text, newWording(quote).folded.Text; got != want {
		t.Errorf("equal and delete are %q, want %q", got, want)
	}
}
