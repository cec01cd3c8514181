package guide

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// table writes rows as "a|b|c" lines.
func table(text string) Table {
	var t Table
	for row := range strings.SplitSeq(text, "\n") {
		t.Rows = append(t.Rows, strings.Split(row, "|"))
	}
	return t
}

func TestFromTable(t *testing.T) {
	for _, test := range []struct {
		name, table, want string // items separated by ---, each its name, code and lines
	}{
		{
			"one row an item", "事项名称|受理条件|申报材料|是否收费\n补证|遗失|身份证\n领证|年满十六周岁|户口簿|不收费",
			"补证 \n一、办理条件：遗失\n二、申请材料\n身份证\n---\n领证 \n一、办理条件：年满十六周岁\n二、申请材料\n户口簿\n三、收费标准：不收费",
		},
		{
			"one row a material, named once", "实施编码|办理项|材料名称|原件|复印件|依据\n01|补证|身份证|1|2|《办法》\n||照片|√|×|\n02|领证|户口簿|0|1|",
			"补证 01\n事项编码：01\n一、申请材料\n1. 身份证（原件1份，复印件2份）\n2. 照片（原件）\n二、法律依据：《办法》\n---\n" +
				"领证 02\n事项编码：02\n一、申请材料\n1. 户口簿（复印件1份）",
		},
		{
			"the rows of an item apart", "事项编码|事项名称|材料名称|份数\n1|甲|子|1\n2|乙|丑|1份\n1|甲|寅|2",
			"甲 1\n事项编码：1\n一、申请材料\n1. 子（1份）\n2. 寅（2份）\n---\n乙 2\n事项编码：2\n一、申请材料\n1. 丑（1份）",
		},
		{
			"two rows of headings", "事项名称|申请材料|申请材料|申请材料|办理时限\n事项名称|名称|形式|来源|办理时限\n甲|身份证|原件|自备|当场\n甲|身份证|复印件|自备|当场",
			"甲 \n一、申请材料\n1. 身份证（原件，复印件；来源：自备）\n二、办理时限：当场",
		},
		{
			"a form", "办事指南|办事指南\n事项名称|补证|补证\n实施编码|01\n受理条件|遗失\n申报材料|身份证\n申报材料|照片\n是否收费|不收费|法定时限|3日\n窗口|5号",
			"补证 01\n事项编码：01\n一、办理条件：遗失\n二、申请材料\n1. 身份证\n2. 照片\n三、收费标准：不收费\n四、办理时限\n法定时限：3日\n五、其他信息\n窗口：5号",
		},
		{
			"unknown columns", "事项名称|办理流程|时限|窗口号|材料 名称|电子版\n甲|申请|3日|5号|身份证|要",
			"甲 \n一、申请材料\n1. 身份证（电子版：要）\n二、办理流程：申请\n三、办理时限：3日\n四、其他信息\n窗口号：5号",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			items, err := FromTable(table(test.table), Map{})
			if err != nil {
				t.Fatal(err)
			}
			if got := written(items); got != test.want {
				t.Errorf("items are\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func written(items []Item) string {
	var texts []string
	for _, it := range items {
		texts = append(texts, it.Name+" "+it.Code+"\n"+strings.Join(it.Lines, "\n"))
	}
	return strings.Join(texts, "\n---\n")
}

func TestCellsOfSeveralLines(t *testing.T) {
	items, err := FromTable(Table{Rows: [][]string{
		{"事项名称", "申请材料", "法定时限", "承诺时限"}, {"甲", "身份证原件\n 照片2张\n\n", "30日", "当场"}, {"甲", "", "30日", ""}, {"乙", "（1）身份证\n（2）照片"},
	}}, Map{})
	want := "甲 \n一、申请材料\n1. 身份证原件\n2. 照片2张\n二、办理时限\n法定时限：30日\n承诺时限：当场\n---\n乙 \n一、申请材料\n（1）身份证\n（2）照片"
	if got := written(items); err != nil || got != want {
		t.Errorf("items are\n%s, %v\nwant\n%s", got, err, want)
	}
}

// TestRowsNamed: what is left out is named by its row.
func TestRowsNamed(t *testing.T) {
	items, err := FromTable(Table{
		Rows: [][]string{
			{"某县办事指南一览表"}, {"事项名称", "办理流程", "收费标准"}, {"甲", "申请", "不收"}, {"", " "}, {"", "审核", "不收"}, {"乙", "申请"},
		},
		Numbers: []int{1, 3, 4, 5, 6, 9},
	}, Map{})
	if err != nil || len(items) != 3 {
		t.Fatalf("%+v, %v", items, err)
	}
	if w := strings.Join(items[0].Warnings, "\n"); !strings.Contains(w, "某县办事指南一览表") || !strings.Contains(w, "empty rows: 5") {
		t.Errorf("warnings %s", w)
	}
	if e := items[2].Err; e == nil || !strings.Contains(e.Error(), "row 6 has no 事项名称") || !strings.Contains(e.Error(), "审核") {
		t.Errorf("error %v", e)
	}
}

func TestNoGuide(t *testing.T) {
	for name, text := range map[string]string{
		"telephone list": "单位名称|地址|电话\n民政局|示例路1号|12345",
		"projects":       "项目名称|实施单位|联系电话|地点\n道路|住建局|12345|城北",
		"two headings":   "名称|办理流程\n甲|申请",
		"empty":          "",
		"header only":    "事项名称|办理流程|收费标准",
	} {
		if items, err := FromTable(table(text), Map{}); !errors.Is(err, ErrNone) {
			t.Errorf("%s: %+v, %v", name, items, err)
		}
	}
	for _, text := range []string{"{}", "[]", `{"name":"zhiwen","version":"1"}`, `[{"a":1},2,"x",null]`} {
		if items, err := FromJSON(text, Map{}); !errors.Is(err, ErrNone) {
			t.Errorf("%s: %+v, %v", text, items, err)
		}
	}
}

func TestFromJSON(t *testing.T) {
	items, err := FromJSON(`{"code":0,"data":{"list":[
		{"itemCode":"01","itemName":"补证","materials":[{"name":"身份证","form":"原件","count":1},{"材料名称":"照片","数量":"2张","备注":"近期"}],
		 "contact":{"phone":"12345","fax":null},"steps":[{"step":"申请","how":"到窗口"},"领取"],"online":true,
		 "windows":[{"no":1,"floor":"一楼","open":"全天"}]},
		{"itemName":"领证","申请材料":["身份证","照片"],"fee":"不收费"},
		{"申请材料":["无名"]}]}}`, Map{})
	if err != nil || len(items) != 3 {
		t.Fatalf("%+v, %v", items, err)
	}
	want := "补证 01\n事项编码：01\n一、申请材料\n1. 身份证（原件1份）\n2. 照片（2张；备注：近期）\n二、办理流程\n申请：到窗口\n领取\n三、咨询电话：12345\n四、在线办理：是\n" +
		"五、其他信息\nwindows：no：1；floor：一楼；open：全天\n---\n领证 \n一、申请材料\n1. 身份证\n2. 照片\n二、收费标准：不收费"
	if got := written(items[:2]); got != want {
		t.Errorf("items are\n%s\nwant\n%s", got, want)
	}
	if e := items[2].Err; e == nil || !strings.Contains(e.Error(), "item 3 has no 事项名称") {
		t.Errorf("error %v", e)
	}
}

func TestBadJSON(t *testing.T) {
	for text, want := range map[string]string{
		"[\n{\"name\":\n":           "line 2: no JSON",
		"{\"name\" \"x\"}":          "line 1: no JSON",
		"[] []":                     "there is more behind",
		strings.Repeat("[", 10_000): "nested more than",
	} {
		if _, err := FromJSON(text, Map{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20s: %v, want %s", text, err, want)
		}
	}
}

func TestMap(t *testing.T) {
	m, err := ParseMap("x.map.csv", "列名,字段\n办啥,事项名称\n 咋办 ,办理流程\n内部号,忽略\n带啥,材料名称\n没有的,收费标准\n")
	if err != nil {
		t.Fatal(err)
	}
	items, err := FromTable(table("办啥|咋办|内部号|带啥|份数\n甲|申请|7|身份证|1"), m)
	if want := "甲 \n一、申请材料\n1. 身份证（1份）\n二、办理流程：申请"; err != nil || written(items) != want {
		t.Errorf("items are\n%s, %v\nwant\n%s", written(items), err, want)
	}
	if len(items) == 1 && !slices.Equal(items[0].Warnings, []string{"the map names columns that are not here: 没有的"}) {
		t.Errorf("warnings %q", items[0].Warnings)
	}
	for text, want := range map[string]string{
		"列名,字段\n\n办啥,事项名": `map x.map.csv, line 3: "事项名" is no field; the fields are 事项编码, 事项名称`,
		"办啥,事项名称,1":       "line 1: want two columns, 列名 and 字段, and not 3",
		",事项名称":           "line 1: the first column names no heading",
		"列名,字段":           "it holds no row",
		"":                "it holds no row",
	} {
		if _, err := ParseMap("x.map.csv", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestMaterials(t *testing.T) {
	for _, test := range []struct {
		header, rows string
		want         []string
	}{
		{"材料名称|原件/复印件|份数", "身份证|原件|1\n照片|电子件|", []string{"1. 身份证（原件1份）", "2. 照片（电子件）"}},
		{"序号|申请材料|原件（份）|复印件（份）|备注", "1|身份证|1|2|现场核验\n2|申请表|1|0|", []string{"1. 身份证（原件1份，复印件2份；备注：现场核验）", "2. 申请表（原件1份）"}},
		{"材料名称|材料形式|数量", "身份证|原件/复印件|1\n户口簿|原件和复印件|各1份", []string{"1. 身份证（原件/复印件，1份）", "2. 户口簿（原件和复印件，各1份）"}},
		{"材料名称|原件|复印件|份数", "身份证||√|2\n合同|√|√|1", []string{"1. 身份证（复印件2份）", "2. 合同（原件，复印件，1份）"}},
		{"材料名称|形式|数量", "身份证|原件|1\n身份证|复印件|2\n身份证|复印件|2", []string{"1. 身份证（原件1份，复印件2份）", "2. 身份证（复印件2份）"}},
		{"材料名称|来源", "身份证|自备", nil},
		{"名次|姓名|份数", "1|张某|2", nil},
		{"材料名称|份数", "|合计3份", nil},
	} {
		if got := Materials(strings.Split(test.header, "|"), table(test.rows).Rows); !slices.Equal(got, test.want) {
			t.Errorf("%s\n%s gives\n%q, want\n%q", test.header, test.rows, got, test.want)
		}
	}
}

func FuzzFromJSON(f *testing.F) {
	f.Add(`[{"name":"甲","materials":[{"name":"身份证","form":"原件","count":1},[{}],"x"],"steps":{"a":{"b":[1,null,true]}}}]`)
	f.Add(`{"a":[[[[`)
	f.Fuzz(func(t *testing.T, text string) {
		items, err := FromJSON(text, Map{})
		checkItems(t, items, err)
	})
}

func FuzzFromTable(f *testing.F) {
	f.Add("标题\n事项名称|申请材料|申请材料|时限|\n事项名称|名称|份数\n甲|身份证|1\n||2\n|||5日|x", "a,事项名称")
	f.Fuzz(func(t *testing.T, text, columns string) {
		m, err := ParseMap("m", columns)
		if err != nil {
			m = Map{}
		}
		items, err := FromTable(table(text), m)
		checkItems(t, items, err)
	})
}

// checkItems: an item has a name and lines that are lines, or says why not.
func checkItems(t *testing.T, items []Item, err error) {
	t.Helper()
	if err == nil && len(items) == 0 {
		t.Fatal("neither items nor an error")
	}
	for _, it := range items {
		if it.Name == "" || strings.Contains(it.Name+it.Code, "\n") {
			t.Fatalf("%q is no name", it.Name)
		}
		for _, text := range it.Lines {
			if strings.TrimSpace(text) == "" || strings.Contains(text, "\n") {
				t.Fatalf("%q is no line", text)
			}
		}
	}
}
