package spelling

import (
	"context"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// texts is a collection: every string a chunk.
type texts []string

func (x texts) DF(_ context.Context, terms []string) ([]int, int, error) {
	df := make([]int, len(terms))
	for i, t := range terms {
		for _, text := range x {
			if strings.Contains(text, t) {
				df[i]++
			}
		}
	}
	return df, len(x), nil
}

var county = texts{
	"居住证由派出所办理，申领居住证应当提交身份证。", "住房公积金提取条件：租房、购房、退休。", "社保卡丢失后补办，补办当场办结。",
	"绩溪县人民政府办公室电话。绩溪县辖11个乡镇。", "行政复议申请书应当写明请求和理由。", "高龄津贴按月发放，年满80周岁的老年人可以申领。",
	"绩效工资每年考核，绩效好的多发。",
}

func TestRead(t *testing.T) {
	known := []string{"居住证", "社保卡", "公积金", "绩溪县", "绩溪", "鸡西", "补办", "怎么办", "怎么办理", "多少钱", "是多少", "吗", "高龄津贴", "申领"}
	r := NewReader(county, known)
	for _, c := range []struct{ typed, want string }{
		// By sound and by shape.
		{"居住正怎么半理", "居住证怎么办理"},
		{"公积金体取条件", "公积金提取条件"},
		{"续溪县有几个乡镇", "绩溪县有几个乡镇"},
		{"社宝卡怎么补办", "社保卡怎么补办"},
		{"高岭津贴怎么申领", "高龄津贴怎么申领"},
		// What the collection or a table holds stays, and what nothing better is known for.
		{"居住证怎么办理", "居住证怎么办理"},
		{"鸡西市人民政府电话", "鸡西市人民政府电话"},
		{"行政复议申请书", "行政复议申请书"},
		{"老屋快倒了", "老屋快倒了"},
		{"塘西路长盛岚庭", "塘西路长盛岚庭"},
		{"绩政〔2025〕99号在哪里看", "绩政〔2025〕99号在哪里看"},
		{"", ""},
		// Pinyin.
		{"juzhuzheng zenme ban", "居住证怎么办"},
		{"juzhuzhengzenmeban", "居住证怎么办"},
		{"ju1zhu4zheng4 zen3me0 ban4", "ju1zhu4zheng4 zen3me0 ban4"},
		{"ju1 zhu4 zheng4 zen3 me5 ban4", "居住证怎么办"},
		{"jūzhùzhèng zěnme bàn", "居住证怎么办"},
		{"shebaoka zenme buban", "社保卡怎么补办"},
		{"jixi xian zhengfu dianhua", "绩溪县政府电话"},
		{"shebaoka怎么补办", "社保卡怎么补办"},
		{"ji'xi xian 11 ge xiangzhen", "绩溪县 11 个乡镇"},
		// Not pinyin.
		{"how to apply for a permit", "how to apply for a permit"},
		{"wifi密码是多少", "wifi密码是多少"},
		{"etc怎么办", "etc怎么办"},
		{"app", "app"},
		{strings.Repeat("zhuang", 30), strings.Repeat("zhuang", 30)},
	} {
		got, err := r.Read(context.Background(), c.typed)
		if err != nil || got != c.want {
			t.Errorf("%s is read as %s, %v, want %s", c.typed, got, err, c.want)
		}
	}
}

type broken struct{}

func (broken) DF(context.Context, []string) ([]int, int, error) {
	return nil, 0, errors.New("no connection")
}

func TestReadWithoutItsCollection(t *testing.T) {
	for _, typed := range []string{"居住正怎么半理", "juzhuzheng zenme ban"} {
		got, err := NewReader(broken{}, nil).Read(context.Background(), typed)
		if err == nil || got != typed {
			t.Errorf("%s is read as %s, %v; want it unchanged and an error", typed, got, err)
		}
	}
}

func TestTablesAreWhole(t *testing.T) {
	l := common()
	if len(l.words) < 50_000 || len(l.readings) < 400 || len(l.alike) < 5_000 {
		t.Errorf("%d words, %d syllables, %d characters with others alike", len(l.words), len(l.readings), len(l.alike))
	}
	for _, s := range []string{"ju", "zhu", "zheng", "lv", "er", "xiong"} {
		if len(l.readings[s]) == 0 || l.first[s] == 0 {
			t.Errorf("no characters are read %s", s)
		}
	}
}

// FuzzRead: a question keeps its figures and its length in words whatever it
// is read as.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"居住正怎么半理2023", "juzhuzheng zenme ban", "jū zhù", "a'b'c''", "\xff居住正", "xi'an xian", strings.Repeat("zhuang", 80)} {
		f.Add(s)
	}
	r := NewReader(county, []string{"居住证"})
	f.Fuzz(func(t *testing.T, s string) {
		folded := retrieval.FoldString(s)
		got, err := r.Read(context.Background(), folded)
		if err != nil {
			t.Fatal(err)
		}
		if utf8.ValidString(folded) && !utf8.ValidString(got) {
			t.Errorf("%q is read as %q", folded, got)
		}
		if digits(got) != digits(folded) && got != folded && !strings.ContainsAny(folded, "12345") {
			t.Errorf("%q is read as %q: other figures", folded, got)
		}
	})
}

func digits(s string) string {
	return strings.Map(func(c rune) rune {
		if '0' <= c && c <= '9' {
			return c
		}
		return -1
	}, s)
}

func BenchmarkRead(b *testing.B) {
	r := NewReader(county, []string{"居住证", "怎么办理"})
	for name, typed := range map[string]string{"clean": "居住证怎么办理要带什么材料", "typo": "居住正怎么半理", "pinyin": "juzhuzheng zenme banli"} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				if _, err := r.Read(context.Background(), typed); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
