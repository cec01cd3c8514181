package bot

import (
	"slices"
	"testing"
)

func TestFollowUp(t *testing.T) {
	for _, c := range []struct{ before, question, want string }{
		{"绩溪县2023年法律援助办了多少件", "2022年呢", "绩溪县2022年法律援助办了多少件"},
		{"绩溪县2023年法律援助办了多少件", "那去年呢?", "绩溪县去年法律援助办了多少件"},
		{"绩溪县2023年法律援助办了多少件", "那歙县呢", "歙县2023年法律援助办了多少件"},
		{"法律援助办了多少件", "2022年的呢", "2022年法律援助办了多少件"},
		{"绩溪县2023年法律援助办了多少件", "行政复议呢", "绩溪县2023年行政复议办了多少件"},
		{"2023年法律援助办了多少件", "那行政复议有多少件", "2023年行政复议有多少件"},
		{"2023年县级权责清单一共多少项", "其中行政许可多少项", "2023年县级权责清单行政许可多少项"},
		{"居住证怎么办理", "要带什么材料", "居住证要带什么材料"},
		{"居住证怎么办理", "那要多少钱呢", "居住证要多少钱"},
		{"居住证怎么办理", "多久能办好", "居住证多久能办好"},
		{"居住证怎么办理", "这个在哪里办", "居住证在哪里办"},
		{"社保卡怎么补办", "居住证呢", "居住证怎么补办"},
		{"补办社保卡要多少钱", "身份证呢", "补办身份证要多少钱"},
		{"怎么办居住证", "要多少钱", "办居住证要多少钱"},
		{"县图书馆是什么时候建的", "它成立于哪一年", "县图书馆成立于哪一年"},
		{"县人社局几点上班", "该局地址在哪", "县人社局地址在哪"},
		// These stand alone.
		{"居住证怎么办理", "社保卡怎么补办", "社保卡怎么补办"},
		{"2023年法律援助办了多少件", "那居住证怎么办", "那居住证怎么办"},
		{"居住证怎么办理", "高龄津贴多少钱", "高龄津贴多少钱"},
		{"居住证怎么办理", "其他证件怎么补办", "其他证件怎么补办"},
		{"居住证怎么办理", "还有呢", "还有呢"},
		{"", "要多少钱", "要多少钱"},
	} {
		if got := followUp(c.question, earlierOf(c.before), clock); got != c.want {
			t.Errorf("after %s: %s is %s, want %s", c.before, c.question, got, c.want)
		}
	}
}

func earlierOf(question string) []string {
	return slices.DeleteFunc([]string{question}, func(q string) bool { return q == "" })
}

func TestEarlierTurns(t *testing.T) {
	turns := []Turn{
		{Question: "县人社局几点上班", Answer: Answer{Status: StatusAnswered}},
		{Question: "juzhuzheng zenme ban", Answer: Answer{Status: StatusNoAnswer, Understood: "居住证怎么办"}},
		{Question: "我要投诉", Answer: Answer{Status: StatusHandoff}},
	}
	if got := earlier(turns); !slices.Equal(got, []string{"居住证怎么办", "县人社局几点上班"}) {
		t.Errorf("earlier questions %q", got)
	}
	if got := followUp("该局地址在哪", earlier(turns), clock); got != "县人社局地址在哪" {
		t.Errorf("a short name of an earlier turn is %s", got)
	}
}
