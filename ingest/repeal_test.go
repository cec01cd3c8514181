package ingest

import (
	"fmt"
	"strings"
	"testing"

	"zhiwen/retrieval"
)

func TestRepealsIn(t *testing.T) {
	for _, c := range []struct{ name, title, text, want string }{
		{
			"a notice with a list", "某县人民政府关于废止部分规范性文件的决定",
			"根据《某省行政规范性文件管理办法》（省政府令第149号），县政府决定废止下列文件：\n1.《某县犬类管理办法》（某政〔2015〕3号）\n2.《某县烟花爆竹管理规定》\n本决定自公布之日起施行。",
			"某县犬类管理办法|某政〔2015〕3号|废止;某县烟花爆竹管理规定||废止",
		},
		{
			"lists of several fates", "某县人民政府关于公布规范性文件清理结果的通知",
			"一、继续有效的文件\n1.《甲办法》（某政〔2016〕1号）\n二、废止的文件\n1.《乙办法》（某政〔2016〕2号）\n三、宣布失效的文件\n1.《丙办法》（某政〔2016〕3号）\n四、拟修改的文件\n1.《丁办法》（某政〔2016〕4号）",
			"乙办法|某政〔2016〕2号|废止;丙办法|某政〔2016〕3号|失效",
		},
		{
			"rows of a table", "关于废止一批文件的公告", "以下文件予以废止：\n序号：1；文件名称：某县养犬管理暂行办法；文号：某政办〔2014〕7号\n",
			"某县养犬管理暂行办法|某政办〔2014〕7号|废止",
		},
		{
			"at the end of what takes their place", "某县养犬管理办法",
			"第一条 为了规范养犬，根据《动物防疫法》，制定本办法。\n第二十条 本办法自2026年1月1日起施行。《某县养犬管理暂行办法》（某政〔2018〕3号）同时废止。",
			"某县养犬管理暂行办法|某政〔2018〕3号|废止",
		},
		{"what is only named", "某县养犬管理办法", "第二条 养犬应当遵守《某县市容管理办法》（某政〔2019〕1号）。", ""},
		{"what a licence is", "某县许可证管理办法", "第五条 许可证遗失的，应当声明废止。", ""},
		{"a notice that something goes on", "关于某县部分文件继续有效的通知", "1.《甲办法》（某政〔2016〕1号）", ""},
	} {
		doc := retrieval.Document{Meta: retrieval.Meta{Key: "n", Title: c.title}, Text: c.text}
		var got []string
		for _, r := range repealsIn(&doc) {
			got = append(got, fmt.Sprintf("%s|%s|%s", r.Title, r.DocNo, r.Validity))
		}
		if joined := strings.Join(got, ";"); joined != c.want {
			t.Errorf("%s:\n%s, want\n%s", c.name, joined, c.want)
		}
	}
}

func TestRepealConcerns(t *testing.T) {
	r := Repeal{Notice: "n", Title: "某县犬类管理办法", DocNo: "某政〔2015〕3号"}
	for _, c := range []struct {
		meta retrieval.Meta
		want bool
	}{
		{retrieval.Meta{Key: "a", Title: "别的题目", DocNo: "某政[2015]3号"}, true},
		{retrieval.Meta{Key: "a", Title: "某县犬类管理办法"}, true},
		{retrieval.Meta{Key: "a", Title: "某县犬类管理办法", DocNo: "某政〔2026〕3号"}, false},
		{retrieval.Meta{Key: "n", Title: "某县犬类管理办法"}, false},
		{retrieval.Meta{Key: "a", Title: "某县犬类管理办法实施细则"}, false},
	} {
		if got := r.concerns(c.meta); got != c.want {
			t.Errorf("%+v: %v", c.meta, got)
		}
	}
}

// FuzzRepealsIn: whatever a text says, what it repeals is named in it.
func FuzzRepealsIn(f *testing.F) {
	f.Add("关于废止文件的决定", "1.《甲办法》（某政〔2016〕1号）\n《乙办法》同时废止。")
	f.Fuzz(func(t *testing.T, title, text string) {
		doc := retrieval.Document{Meta: retrieval.Meta{Key: "n", Title: title}, Text: text}
		for _, r := range repealsIn(&doc) {
			if !strings.Contains(text, r.Title) {
				t.Fatalf("%q is not in the text", r.Title)
			}
		}
	})
}
