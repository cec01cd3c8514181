package bot

import "testing"

func TestHasForm(t *testing.T) {
	for _, c := range []struct {
		question, text string
		has            bool
	}{
		{"中国银行网点电话", "拨打发卡银行客服热线", false},
		{"中国银行网点电话", "客服电话95566", true},
		{"民政局电话是多少", "电话：0563-8150123", true},
		{"民政局电话是多少", "2023年办结2470件", false},
		{"办了多少件", "全年办结案件247件", true},
		{"有多少人", "也可以拨打12345政务服务便民热线", false},
		{"有多少人", "咨询电话：0563-1234567", false},
		{"公证费多少钱", "免收公证费", true},
		{"补贴多少", "拨打热线，每月补贴50元", true},
		{"高龄津贴一个月给多少", "津贴每月25日前打入银行卡", false},
		{"高龄津贴一个月给多少", "80至89周岁的每人每月50元", true},
		{"最低生活保障标准多少钱", "标准（元/月）：680", true},
		{"养老金发多少", "按本人缴费工资的20%发放", true},
		{"补贴多少钱", "元旦前发放，共3批", false},
		{"低保一个月多少钱", "不收费", false},
		{"办低保多少钱", "不收费", true},
		{"补贴能领多少个月", "最长领取24个月", true},
	} {
		if got := hasForm(understand(c.question, clock), c.text); got != c.has {
			t.Errorf("%s in %s: %v, want %v", c.question, c.text, got, c.has)
		}
	}
}

func TestHasUnit(t *testing.T) {
	for _, c := range []struct {
		question, text string
		has            bool
	}{
		{"高龄津贴多大年纪可以领", "年满80周岁的老年人可以申领", true},
		{"高龄津贴多大年纪可以领", "每人每月50元", false},
		{"办了几件案子", "办结247件", true},
		{"办了几件案子", "办结247场", false},
	} {
		if got := hasUnit(understand(c.question, clock), c.text); got != c.has {
			t.Errorf("%s in %s: %v, want %v", c.question, c.text, got, c.has)
		}
	}
}
