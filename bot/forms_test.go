package bot

import "testing"

func TestHasForm(t *testing.T) {
	for _, c := range []struct {
		want Want
		text string
		has  bool
	}{
		{WantFigure, "全年办结案件247件", true},
		{WantFigure, "也可以拨打12345政务服务便民热线", false},
		{WantFigure, "咨询电话：0563-1234567", false},
		{WantFigure, "免收公证费", true},
		{WantFigure, "拨打热线，每月补贴50元", true},
	} {
		if got := hasForm(c.want, c.text); got != c.has {
			t.Errorf("%d in %s: %v, want %v", c.want, c.text, got, c.has)
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
