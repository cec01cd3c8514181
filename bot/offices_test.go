package bot

import "testing"

func TestContactPattern(t *testing.T) {
	for question, want := range map[string]bool{
		"民政局电话": true, "社保局电话多少": true, "公证处号码多少": true, "妇联的电话有没有": true, "报案打哪个电话": true, "怎么联系派出所": true,
		"身份证号码多少": false, "电话诈骗怎么报案": false, "疫苗打什么好": false, "装电话要办什么手续": false, "银行卡号码": false,
	} {
		if got := contactPattern.MatchString(question); got != want {
			t.Errorf("%s: %v, want %v", question, got, want)
		}
	}
}
