package prompts

import "testing"

func TestSentences(t *testing.T) {
	s, err := NewSentences()
	if err != nil {
		t.Fatal(err)
	}
	emergency, _ := s.Routed("emergency", "12345")
	for _, c := range []struct{ got, want string }{
		{emergency, "情况紧急，请马上打电话：报警110，火警119，急救120，交通事故122。打通后先说清楚地点。不紧急的事可以打 12345。"},
		{s.NoAnswer(), "没有在本站公开信息中找到这个问题的答案。"},
		{s.Call("0563-8150000"), "也可以拨打 0563-8150000 咨询。"},
		{s.NoSuchPlace("歙县"), "没有在本站公开信息中找到关于“歙县”的这项内容。"},
		{s.NoSuchYear(2021, "", 2023), "没有在本站公开信息中找到2021年的这项内容，现有资料说的是2023年。"},
		{s.NoSuchYear(2025, "去年", 0), "没有在本站公开信息中找到去年（2025年）的这项内容。"},
		{s.OtherYear(2025, "去年", 2023), "您问的去年是2025年，现有资料中最近的是2023年："},
		{s.SameYear(2023, "去年"), "您问的去年是2023年："},
		{s.GoalOnly([]string{"创建", "争创"}), "资料里写的是“创建”“争创”，没有写已经建成或者已经被命名。资料是这样写的："},
		{s.NotNamed([]string{"个别干部"}), "资料里只说“个别干部”，没有写出具体名称。资料是这样写的："},
		{s.Understood("居住证怎么办理"), "已按“居住证怎么办理”查找。"},
		{s.OnPage("居住证办理指南"), "已在您打开的《居住证办理指南》中查找。"},
		{s.Converted(), "繁体由系统转换，以简体原文为准。"},
		{s.Outdated("废止"), "请注意：这份文件已标明废止，仅供参考。"},
	} {
		if c.got != c.want {
			t.Errorf("got  %s\nwant %s", c.got, c.want)
		}
	}
}

func TestRoutedKnowsItsStatuses(t *testing.T) {
	s, err := NewSentences()
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range []string{"emergency", "blocked", "handoff", "personal", "out_of_scope"} {
		if text, ok := s.Routed(status, "12345"); !ok || text == "" {
			t.Errorf("no sentence for %s", status)
		}
	}
	if _, ok := s.Routed("answered", "12345"); ok {
		t.Error("a sentence for a question that is not routed")
	}
}
