package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// TestCompliance: a bare installation is told what it lacks, one that is set up
// is not, and every item has its evidence.
func TestCompliance(t *testing.T) {
	wordsAlone(t)
	for _, name := range []string{"ZHIWEN_SITE_NAME", "ZHIWEN_UNIT", "ZHIWEN_SITE_CODE", "ZHIWEN_ICP", "ZHIWEN_POLICE", "ZHIWEN_COMPLAINT_URL", "ZHIWEN_SITES", "ZHIWEN_MODEL_URL", "ZHIWEN_STAFF_ADDR", "ZHIWEN_ADDR"} {
		t.Setenv(name, "")
	}
	path := sampleStore(t)
	outcomes := func(more ...string) map[string]duty {
		t.Helper()
		got := zhiwen(t, append([]string{"doctor", "--compliance", "--json", "--store", path}, more...)...)
		var page struct{ Duties []duty }
		if err := json.Unmarshal([]byte(got.stdout), &page); got.code != 0 || err != nil {
			t.Fatalf("%+v %v", got, err)
		}
		byItem := map[string]duty{}
		for _, d := range page.Duties {
			if d.Evidence == "" || d.Source == "" {
				t.Errorf("no evidence: %+v", d)
			}
			byItem[d.Item] = d
		}
		return byItem
	}
	want := func(of map[string]duty, outcome string, items ...string) {
		t.Helper()
		for _, item := range items {
			if of[item].Outcome != outcome {
				t.Errorf("%s: %+v, want %s", item, of[item], outcome)
			}
		}
	}
	bare := outcomes()
	want(bare, dutyUnmet, "网站标识码", "ICP备案号", "投诉举报入口", "三审三校与三员分立：编辑、审核、管理、审计", "部门电话一年内核对过")
	want(bare, dutyAsk, "网络日志留存不少于六个月", "支持IPv6", "工作人员页面与公众页面分开")
	want(bare, dutyMet, "生成内容的标识与备案", "操作审计完整、不可改", "嵌入页面的网站名单")

	for name, value := range map[string]string{
		"ZHIWEN_SITE_NAME": "示例县人民政府网", "ZHIWEN_UNIT": "示例县人民政府", "ZHIWEN_SITE_CODE": "3400000000", "ZHIWEN_ICP": "皖ICP备0号", "ZHIWEN_POLICE": "皖公网安备0号",
		"ZHIWEN_COMPLAINT_URL": "https://www.example.gov.cn/tousu", "ZHIWEN_SITES": "http://www.example.gov.cn", "ZHIWEN_STAFF_ADDR": "10.0.0.5:81",
	} {
		t.Setenv(name, value)
	}
	for name, role := range map[string]string{"甲": "编辑", "乙": "审核,管理", "丙": "审计"} {
		succeed(t, path, []string{"staff", "add", name, "--role", role})
	}
	full := outcomes("--addr", "[::]:80")
	want(full, dutyMet, "网站标识码", "投诉举报入口", "三审三校与三员分立：编辑、审核、管理、审计", "支持IPv6", "工作人员页面与公众页面分开")
	want(full, dutyUnmet, "嵌入页面的网站名单") // by http

	page := zhiwen(t, "doctor", "--compliance", "--store", path)
	if page.code != 0 || !strings.Contains(page.stdout, "合规自查：示例县人民政府网") || strings.Contains(page.stdout, "ZgotmplZ") {
		t.Errorf("%+v", page)
	}
	if got := zhiwen(t, "doctor", "--compliance", "--store", filepath.Join(t.TempDir(), "none.db")); got.code != 1 || !strings.Contains(got.stderr, "does not exist") {
		t.Errorf("%+v", got)
	}
}
