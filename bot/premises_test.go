package bot

import (
	"testing"

	"zhiwen/retrieval"
)

func TestPremiseOfBenefits(t *testing.T) {
	for _, c := range []struct {
		question, title, text string
		want                  premise
	}{
		{"高龄补贴多少钱", "高龄津贴申领须知", "80至89周岁的老年人每人每月50元。", premiseHolds},
		{"低保一个月多少钱", "高龄津贴申领须知", "80至89周岁的老年人每人每月50元。", premiseMatter},
		{"低保一个月多少钱", "最低生活保障标准", "标准（元/月）：680。", premiseHolds},
		{"低保一个月多少钱", "最低生活保障申请", "不收费。", premiseMatter},
		{"失业金一个月领多少", "失业保险金申领", "最长领取24个月。", premiseMatter},
		{"失业金能领多久", "失业保险金申领", "最长领取24个月。", premiseHolds},
		{"公证费多少钱", "公证收费", "免收公证费。", premiseHolds},
	} {
		doc := retrieval.Document{Meta: retrieval.Meta{Title: c.title}, Text: c.text}
		w := Window{Text: c.text, Passage: retrieval.Passage{Doc: doc.Meta, Chunk: retrieval.Chunk{Text: c.text}}}
		if got, _ := premiseOf(understand(c.question, clock), w, doc); got != c.want {
			t.Errorf("%s from %s: %v, want %v", c.question, c.text, got, c.want)
		}
	}
}
