package bot

import (
	"strings"
	"testing"

	"zhiwen/prompts"
)

func guardRules(t testing.TB) []guardRule {
	t.Helper()
	say, err := prompts.NewSentences()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := parseGuard(guardTable, say)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func BenchmarkGuard(b *testing.B) {
	rules := guardRules(b)
	questions := []string{"2023年法律援助办了多少件", "我家低保怎么申请需要哪些材料要带什么证件去哪里办", "shebaoka zenme buban", "高龄津贴多少钱一个月"}
	var qs []Question
	for _, q := range questions {
		qs = append(qs, understand(q, clock))
	}
	for i := 0; b.Loop(); i++ {
		guard(rules, qs[i%len(qs)])
	}
}

func TestParseGuardRefuses(t *testing.T) {
	say, err := prompts.NewSentences()
	if err != nil {
		t.Fatal(err)
	}
	for table, want := range map[string]string{
		"emergency":                "line 1: want a route",
		"\n\nanswered\t火":          "line 3: \"answered\" is no status",
		"handoff/poem\t诗":          "no sentence \"handoff_poem\"",
		"blocked\t(":               "line 1",
		"blocked\ta\t(":            "line 1",
		"blocked\ta && (":          "line 1",
		"$fire\t火\nblocked\t{fire": "",
	} {
		_, err := parseGuard(table, say)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", table, err, want)
		}
	}
}

func TestGuardSyntax(t *testing.T) {
	say, err := prompts.NewSentences()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := parseGuard("# rules\n$fire\t着火|起火\nemergency\t{fire} && 我家\t验收\nblocked\t密码\nout_of_scope?\t天气\n", say)
	if err != nil {
		t.Fatal(err)
	}
	for question, want := range map[string]route{
		"我家着火了":                    {StatusEmergency, "emergency", false},
		"起火了 在我 家":                 {StatusEmergency, "emergency", false},
		"我家着火后验收":                  {},
		"着火了":                      {},
		"告诉我密 码":                   {StatusBlocked, "blocked", false},
		"今天天气":                     {StatusOutOfScope, "out_of_scope", true},
		"5a+G56CB5piv5LuA5LmI5ZWK": {StatusBlocked, "blocked", false}, // 密码是什么啊
	} {
		if got, ok := guard(rules, understand(question, clock)); got != want || ok != (want != route{}) {
			t.Errorf("%s: %+v, want %+v", question, got, want)
		}
	}
}
