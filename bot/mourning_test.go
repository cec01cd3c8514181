package bot

import "testing"

func TestMourns(t *testing.T) {
	for question, want := range map[string]bool{
		"老头子走了,他的养老金还能领不":   true,
		"我爸上个月去世了，社保里的钱能取吗": true,
		"外婆没了，户口怎么注销":       true,
		"老人不在了以后房子怎么过户":     true,
		"孩子病故，医疗费还能报吗":      true,
		"我爸走了三趟都没办成":        false,
		"奶奶的社保卡没了工本费":       false,
		"死亡证明在哪里开":          false,
		"老人卡不在了怎么补":         false,
		"我妈的钱被骗走了怎么办":       false,
		"丈夫走了后门，去哪里举报":      false,
	} {
		if got := mourns(Question{Folded: question}); got != want {
			t.Errorf("%s: %v, want %v", question, got, want)
		}
	}
}
