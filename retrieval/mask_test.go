package retrieval

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMask(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"我身份证341824190001010000,帮我查低保", "我身份证＊＊＊,帮我查低保"},
		{"身份证３４１８２４ １９９００１０１ ００１１到期了", "身份证＊＊＊到期了"},
		{"老身份证340102560101001还能用吗", "老身份证＊＊＊还能用吗"},
		{"我的电话139 0000 1111", "我的电话＊＊＊"},
		{"打１３９００００１１１１找我", "打＊＊＊找我"},
		{"号码是幺三九零零零零幺幺幺幺", "号码是＊＊＊"},
		{"卡号6222021001116245702被吞了", "卡号＊＊＊被吞了"},
		{"发到zhang.san@example.com吧", "发到＊＊＊吧"},
		{"皖P12345违章了", "＊＊＊违章了"},
		{"护照号E12345678丢了", "护照号＊＊＊丢了"},
		{"加我微信：zhangsan_88", "加我微信：＊＊＊"},
		{"家住幸福小区3栋2单元501漏水", "家住幸福小区＊＊＊漏水"},
		// These are nobody's.
		{"县政府办电话0563-8152345还是12345", "县政府办电话0563-8152345还是12345"},
		{"绩政〔2023〕5号和皖政办〔2022〕112号", "绩政〔2023〕5号和皖政办〔2022〕112号"},
		{"索引号11341824/202305-00001", "索引号11341824/202305-00001"},
		{"投资12345678901元，补贴3000元", "投资12345678901元，补贴3000元"},
		{"2023年11月26日起施行", "2023年11月26日起施行"},
		{"第一百二十三条第四款", "第一百二十三条第四款"},
		{"人民路12345热线", "人民路12345热线"},
		{"", ""},
	} {
		if got := Mask(c.typed); got != c.want {
			t.Errorf("%s: %s, want %s", c.typed, got, c.want)
		}
	}
}

// FuzzMask: masking twice is masking once, and nothing breaks.
func FuzzMask(f *testing.F) {
	for _, s := range []string{"身份证341824190001010000", "１３９ ００００ １１１１", "皖P12345", "\xff139 0000 1111", "a@b.c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Mask(s)
		if utf8.ValidString(s) && !utf8.ValidString(once) {
			t.Fatalf("%q becomes %q", s, once)
		}
		if twice := Mask(once); strings.Count(once, masked) == 0 && twice != once {
			t.Fatalf("%q becomes %q and then %q", s, once, twice)
		}
	})
}
