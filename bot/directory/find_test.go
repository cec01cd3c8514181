package directory

import (
	"os"
	"strings"
	"testing"
	"time"
)

var today = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

func county(t testing.TB) []Entry {
	t.Helper()
	file, err := os.ReadFile("../testdata/directory/departments.csv")
	if err != nil {
		t.Fatal(err)
	}
	entries, _, err := Read(file, today)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// TestFind asks in other words than those of testdata/directory/phones.jsonl,
// which cmd/zhiwen asks through the whole bot.
func TestFind(t *testing.T) {
	f := NewFinder(county(t))
	if f.area != "青石县" {
		t.Errorf("area %q", f.area)
	}
	for _, c := range []struct {
		question string
		places   []string
		office   string
		named    string
	}{
		{question: "民政局在哪里", office: "青石县民政局", named: "民政局"},
		{question: "我想找民政问问低保", office: "青石县民政局", named: "民政"},
		{question: "想给老人办高龄津贴", office: "青石县民政局"},
		{question: "种粮补贴没到账", office: "青石县农业农村局"},
		{question: "小区电梯坏了没人修", office: "青石县市场监督管理局"},
		{question: "水管爆了", office: "青石县供水有限公司"},
		{question: "孩子上小学怎么报名", office: "青石县教育体育局"},
		{question: "护照到期了", office: "青石县公安局出入境管理大队"},
		{question: "除了民政局还能找哪个部门办残疾证", office: "青石县残疾人联合会"},
		{question: "安徽省青石县民政局", places: []string{"安徽省"}, office: "青石县民政局", named: "青石县民政局"},
		{question: "省民政厅电话"},
		{question: "市民政局电话"},
		{question: "民政部电话"},
		{question: "青石市民政局电话"},
		{question: "绩溪县民政局电话", places: []string{"绩溪县"}},
		{question: "县人民医院电话"},
		{question: "青石一中学校电话"},
		{question: "电信公司客服电话"},
		{question: "今天天气怎么样"},
		{question: "你好"},
		{question: ""},
	} {
		match, ok := f.Find(Question{Text: c.question, Places: c.places})
		if match.Name != c.office || match.Named != c.named || ok != (c.office != "") {
			t.Errorf("%s: %q by %q, want %q by %q", c.question, match.Name, match.Named, c.office, c.named)
		}
	}
}

func TestFindInNothing(t *testing.T) {
	if match, ok := NewFinder(nil).Find(Question{Text: "民政局电话"}); ok {
		t.Errorf("%+v of an empty directory", match)
	}
}

// FuzzFind: whatever is asked, an office of the directory is found or none.
func FuzzFind(f *testing.F) {
	finder := NewFinder(county(f))
	for _, seed := range []string{"民政局电话", "除了", "省", "\xff电话", "青石县青石县"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, text, place string) {
		match, ok := finder.Find(Question{Text: text, Also: []string{place}, Places: []string{place}})
		if ok != (match.Name != "") || match.Named != "" && !strings.Contains(finder.all, match.Named) {
			t.Errorf("%q: %+v, %v", text, match, ok)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	f := NewFinder(county(b))
	for b.Loop() {
		f.Find(Question{Text: "八十岁的老人津贴问谁", Also: []string{"高龄津贴"}})
	}
}
