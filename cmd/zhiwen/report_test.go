package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhiwen/bot"
)

// reportFile is the real report that the product must read; it is not part of
// this repository.
const reportFile = "../../../shared/seed/绩溪县2023年度法治政府建设工作情况报告.txt"

// TestReport asks the real report the questions of requirements §7.7 that it
// answers, and some that it must not.
func TestReport(t *testing.T) {
	if _, err := os.Stat(reportFile); err != nil {
		t.Skip("left out: ../shared/seed is not here")
	}
	store := filepath.Join(t.TempDir(), "report.db")
	if code := run(context.Background(), []string{"ingest", "--store", store, reportFile}, nil, &bytes.Buffer{}, os.Stderr); code != 0 {
		t.Fatalf("ingest: exit %d", code)
	}
	t.Setenv("ZHIWEN_NOW", "2026-11-23T09:00:00+08:00")
	for _, c := range []struct {
		name, question string
		status         bot.Status
		quotes         []string // must stand in the quotations
		text           []string // must stand in what the visitor reads
		clause         string   // must begin the first citation's clause
	}{
		{"legal aid", "绩溪县2023年法律援助办了多少件", bot.StatusAnswered, []string{"法律援助案件247件"}, nil, "一、(五)"},
		{"row 1", "绩溪县2023年县级权责清单一共多少项", bot.StatusAnswered, []string{"3326项", "244项", "2685项", "140项", "257项"}, nil, "一、(二)1."},
		{"row 2", "去年调解成功率好多啊", bot.StatusPartial, []string{"99.27%", "1927件", "1913件"}, []string{"去年", "2025年", "2023年"}, "一、(五)1."},
		{"row 3", "打官司输了几件,败诉率高不高", bot.StatusAnswered, []string{"败诉案件2件", "8.69%"}, nil, "一、(六)"},
		{"row 4", "2023年废止了几个规范性文件", bot.StatusAnswered, []string{"依法废止文件2件"}, nil, "一、(三)2."},
		{"row 5", "现在有效的规范性文件有多少件", bot.StatusAnswered, []string{"现行有效规范性文件67件"}, nil, "一、(三)2."},
		{"row 6", "32件行政复议都怎么结的", bot.StatusAnswered, []string{"不予受理行政复议申请1件", "未审结1件", "13件", "7件", "9件", "撤销行政行为1件"}, nil, "一、(六)"},
		{"row 7", "“握手言和”是不是每个乡镇都有", bot.StatusAnswered, []string{"调解室实现全覆盖"}, nil, "一、(五)1."},
		{"row 9", "家朋乡学法那个活动叫啥", bot.StatusAnswered, []string{"家朋乡“每周一法”"}, nil, "一、(五)3."},
		{"row 10", "2024年准备搞哪些事", bot.StatusAnswered, []string{"聚焦思想建设", "聚焦依法决策", "聚焦行政执法", "聚焦基层治理", "聚焦能力提升", "聚焦法治督察"}, []string{"计划"}, "三、(一)"},
		{"row 11", "绩溪是不是全国法治政府示范县了", bot.StatusPartial, []string{"创建"}, []string{"没有写已经"}, ""},
		{"row 12", "哪些单位执法不规范,点个名", bot.StatusPartial, []string{"执法不规范"}, []string{"没有写出具体名称"}, "二、"},
		{"row 13", "2023年公证处免了多少钱", bot.StatusAnswered, []string{"免收公证费74万元"}, nil, "一、(五)2."},
		{"row 28 in Traditional", "請問績溪縣2023年辦了多少件法律援助案件", bot.StatusAnswered, []string{"法律援助案件247件"}, nil, "一、(五)2."},
		{"row 23 in pinyin", "shebaoka zenme buban", bot.StatusNoAnswer, nil, []string{"已按“社保卡怎么补办”查找", "12345"}, ""},
		{"row 24 mistyped", "居住正怎么半理", bot.StatusNoAnswer, nil, []string{"已按“居住证怎么办理”查找", "12345"}, ""},
		{"row 25 mistyped", "公积金体取条件", bot.StatusNoAnswer, nil, []string{"已按“公积金提取条件”查找", "12345"}, ""},
		{"row 26 in pinyin", "jixi xian zhengfu dianhua", bot.StatusNoAnswer, nil, []string{"已按“绩溪县政府电话”查找", "12345"}, ""},
		{"row 27 mistyped", "续溪县有几个乡镇", bot.StatusAnswered, []string{"11个乡镇"}, []string{"已按“绩溪县有几个乡镇”查找"}, ""},
		{"dictated", "二零二三年法律援助办了多少件", bot.StatusAnswered, []string{"法律援助案件247件"}, nil, "一、(五)2."},
		{"row 1 in pinyin", "jixixian 2023nian xianji quanze qingdan yigong duoshao xiang", bot.StatusAnswered, []string{"3326项"}, nil, "一、(二)1."},
		{"another place", "歙县2023年法律援助办了多少件", bot.StatusNoAnswer, nil, []string{"歙县", "12345"}, ""},
		{"another year", "绩溪县2021年法律援助办了多少件", bot.StatusNoAnswer, nil, []string{"2021年", "2023年", "12345"}, ""},
		{"another 文号", "绩政〔2025〕99号说每户补5万对吧", bot.StatusNoAnswer, nil, []string{"文号"}, ""},
		{"not in the report", "医保卡刷不出来咋搞", bot.StatusNoAnswer, nil, []string{"12345"}, ""},
		{"nor this", "居住证怎么办理", bot.StatusNoAnswer, nil, []string{"12345"}, ""},
		{"nor this either", "老屋快倒了,补贴可能领?", bot.StatusNoAnswer, nil, []string{"12345"}, ""},
		{"emergency", "我娘煤气中毒了", bot.StatusEmergency, nil, []string{"120", "119"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if code := run(context.Background(), []string{"ask", "--json", "--store", store, c.question}, nil, &out, os.Stderr); code != 0 {
				t.Fatalf("ask: exit %d", code)
			}
			var a bot.Answer
			if err := json.Unmarshal(out.Bytes(), &a); err != nil {
				t.Fatal(err)
			}
			quotes := ""
			for _, cited := range a.Citations {
				quotes += cited.Quote + "\n"
			}
			if a.Status != c.status {
				t.Errorf("status %s, want %s: %s", a.Status, c.status, a.Text)
			}
			for _, want := range c.quotes {
				if !strings.Contains(quotes, want) {
					t.Errorf("quotations lack %q:\n%s", want, quotes)
				}
			}
			for _, want := range c.text {
				if !strings.Contains(a.Text, want) {
					t.Errorf("text lacks %q:\n%s", want, a.Text)
				}
			}
			if c.clause != "" && (len(a.Citations) == 0 || !strings.HasPrefix(a.Citations[0].Clause, c.clause)) {
				t.Errorf("clause of %+v, want one that begins with %s", a.Citations, c.clause)
			}
		})
	}
}
