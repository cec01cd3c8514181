package ingest

import (
	"errors"
	"strings"
	"testing"

	"zhiwen/retrieval"
)

const noticePage = `<!DOCTYPE html><html><head><meta charset=utf-8><title>关于供暖的通知_甲县人民政府网</title>
<meta content="关于供暖&amp;amp;保障的通知" name="ArticleTitle"><meta name="pubdate" content="2017——04——12 21:37">
<META NAME="ContentSource" CONTENT="甲县住建局"><meta name="ColumnType" content="信息公开，政策文件">
<link rel="canonical" href="https://www.x.gov.cn/OpennessContent/show/1.html#a"></head><body>
<div>欢迎访问甲县人民政府网站！<ul><li>繁体版|<li>无障碍</ul></div>
<div>您现在的位置：<a>网站首页</a> &gt; <a>政务公开</a> &gt; <a>政策文件</a></div>
<table><tr><td>索 引 号：</td><td>11341824003262561N/202311-00012</td><td>生效日期</td><td>有效</td></tr>
<tr><td>发布机构</td><td>甲县住建局</td><td>文&nbsp;号</td><td>甲政办〔2023〕12号</td></tr></table>
<h1>关于供暖<br>&amp;保障的通知</h1>
<div>发布时间：2017-04-12 21:37　信息来源：住建局　浏览次数：<span>12</span></div><div>【字体：大 中 小】</div>
<div class="content"><p>各乡镇人民政府，县
直各单位：</p><p>　　为做好供暖工作，<span>现将</span><b>有关事项</b>通知如下。</p>
<p style="display: none">看不见</p><p hidden>看不见</p><script>看不见()</script>
<h2>一、总体要求</h2><p>（一）坚持安全第一。各单位要落实责任。</p>
<table><caption>值班表</caption><tr><th rowspan=2>乡镇<th colspan=2>值班<tr><th>电话<th>负责人
<tr><td rowspan=2>华阳镇<td>0563-1234567<td>张某<tr><td>0563-7654321<td>李某</table>
<p><a href=a.doc>附件：补贴标准.doc</a></p></div>
<div>上一篇：<a>没有了</a></div><div>扫一扫在手机打开当前页</div><div>主办：甲县人民政府办公室 网站标识码：3418240001</div></body></html>`

func TestHTML(t *testing.T) {
	page, err := read(t, Source{Name: "a.html", Bytes: []byte(noticePage)})
	if err != nil {
		t.Fatal(err)
	}
	wantText := `各乡镇人民政府，县直各单位：
　　为做好供暖工作，现将有关事项通知如下。
一、总体要求
（一）坚持安全第一。各单位要落实责任。
值班表
乡镇：华阳镇；值班 电话：0563-1234567；值班 负责人：张某
乡镇：华阳镇；值班 电话：0563-7654321；值班 负责人：李某
附件：补贴标准.doc`
	if page.Text != wantText {
		t.Errorf("text is\n%s\nwant\n%s", page.Text, wantText)
	}
	wantMeta := retrieval.Meta{
		Title: "关于供暖&保障的通知", URL: "https://www.x.gov.cn/OpennessContent/show/1.html", DocNo: "甲政办〔2023〕12号",
		IndexNo: "11341824003262561N/202311-00012", Publisher: "甲县住建局", Kind: retrieval.KindPolicy,
		Column: "政务公开 > 政策文件", Published: "2017-04-12 21:37", Validity: retrieval.ValidityInForce, ValiditySource: "page",
	}
	if page.Meta != wantMeta {
		t.Errorf("meta is\n%+v, want\n%+v", page.Meta, wantMeta)
	}
	if len(page.Marks.Rows) != 2 || len(page.Marks.Headings) != 1 {
		t.Errorf("marks %+v", page.Marks)
	}
}

// TestMetaTags reads the national tags as sites print them (requirements 1.8 to
// 1.10), and what stands on the page where they are missing.
func TestMetaTags(t *testing.T) {
	const body = "<div class=TRS_Editor><p>请各单位按时供水。</div>"
	for _, test := range []struct {
		name, html string
		want       retrieval.Meta
	}{
		{
			"content before name, entities, any case", `<meta content="供水&amp;amp;供电" name="ARTICLETITLE"><meta CONTENT='2024-01-02 03:04' NAME='pubdate'><meta content="某局" name=contentsource>`,
			retrieval.Meta{Title: "供水&供电", Published: "2024-01-02 03:04", Publisher: "某局"},
		},
		{
			"tags of the site and the column", `<meta name=SiteName content=某县><meta name=SiteDomain content=http://www.x.gov.cn/><meta name=SiteIDCode content=3418240001>
<meta name=ColumnName content=通知公告><meta name=ColumnType content="信息公开，政策文件"><meta name=ArticleTitle content=关于供水>`,
			retrieval.Meta{Title: "关于供水", Column: "通知公告", Kind: retrieval.KindPolicy},
		},
		{
			"the page's words where tags are missing", `<meta name=keywords content=x><meta name=i_articleid content=7><h1>关于供水</h1><p>发布时间：2024-01-02 03:04 信息来源：某局`,
			retrieval.Meta{Title: "关于供水", Published: "2024-01-02 03:04", Publisher: "某局"},
		},
		{
			"empty tags", `<meta name=ArticleTitle content=""><meta name=PubDate content=" "><title>关于供水_某县人民政府网</title>`,
			retrieval.Meta{Title: "关于供水"},
		},
		{
			"addresses", `<meta name=ArticleTitle content=关于供水><meta name=Url content=/a/1.html><link rel=canonical href="https://www.x.gov.cn/a/1.html#b">`,
			retrieval.Meta{Title: "关于供水", URL: "https://www.x.gov.cn/a/1.html"},
		},
		{"dashes of the standard", `<meta name=ArticleTitle content=关于供水><meta name=PubDate content="2017——04——12 21:37">`, retrieval.Meta{Title: "关于供水", Published: "2017-04-12 21:37"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			page, err := read(t, Source{Name: "a.html", Bytes: []byte(test.html + body)})
			if err != nil || page.Meta != test.want || page.Text != "请各单位按时供水。" {
				t.Errorf("%+v, %v, %q; want\n%+v", page.Meta, err, page.Text, test.want)
			}
		})
	}
}

func TestHTMLBody(t *testing.T) {
	menu := strings.Repeat(`<li><a href=x>栏目甲乙丙丁</a>`, 50)
	for _, test := range []struct{ name, html, want string }{
		{"selector", `<div>` + prose(500) + `</div><div class="wzcon">正文在此。</div>`, "正文在此。"},
		{"own selector", `<div class="wzcon">别处。</div><section id=mine>正文在此。</section>`, "正文在此。"},
		{"longest of equal ones", `<div class=TRS_Editor> </div><div class=TRS_Editor>正文在此。</div>`, "正文在此。"},
		{"selector of another host", `<p id=hosted>别处。</p><div class="wzcon">正文在此。</div>`, "正文在此。"},
		{"selector of the host", `<link rel=canonical href=https://www.x.gov.cn/1><div class="wzcon">别处。</div><section id=hosted>正文在此。</section>`, "正文在此。"},
		{"Hanweb's comments", `<p>别处的话，比正文长得多。</p><div><!--ZJEG_RSS.content.begin--><p>正文。</p>在此。<!--ZJEG_RSS.content.end-->尾</div>`, "正文。\n在此。"},
		{"short text above a long foot", `<ul>` + menu + `</ul><div class=article>正文在此。</div><div class=y_foot><div><div>` + prose(60) + `</div></div></div>`, "正文在此。"},
		{"table of data in blocks", `<ul>` + menu + `</ul><div><p>正文在此。</p><div><table><tr><td><div><p>单位</p></div><td><div><p>电话</p></div><tr><td><div><p>甲</p></div><td><div><p>1</p></div></table></div></div>`,
			"正文在此。\n单位：甲；电话：1"},
		{"form around the page", `<form><ul>` + menu + `</ul><div><p>正文在此。</p></div></form>`, "正文在此。"},
		{"density", `<ul>` + menu + `</ul><div><div><p>甲。</p><p>乙。</p></div></div><footer>脚</footer>`, "甲。\n乙。"},
		{"several parts", `<ul>` + menu + `</ul><div><div><p>甲甲甲。</p></div><div><p>乙乙乙。</p></div></div>`, "甲甲甲。\n乙乙乙。"},
		{"bare", `甲。<br>乙。`, "甲。\n乙。"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := newHTMLReader([]string{"#mine", "#hosted@www.x.gov.cn"})
			if err != nil {
				t.Fatal(err)
			}
			page, err := r.read(t.Context(), Source{Name: "题.html", Bytes: []byte(test.html)})
			if err != nil || page.Text != test.want {
				t.Errorf("text is %q, %v; want %q", page.Text, err, test.want)
			}
		})
	}
	if _, err := newHTMLReader([]string{"#["}); err == nil || !strings.Contains(err.Error(), `body selector "#["`) {
		t.Errorf("bad selector: %v", err)
	}
}

func TestTables(t *testing.T) {
	for _, test := range []struct{ name, html, want string }{
		{"names and values", `<tr><td>事项名称<td>补贴<tr><td>办理地点<td>大厅`, "事项名称：补贴\n办理地点：大厅"},
		{"header without th", `<tr><td>单位<td>电话<tr><td>民政局<td>12345`, "单位：民政局；电话：12345"},
		{"three columns", `<tr><td>甲<td>乙<td>丙<tr><td>1<td>2<td>3`, "甲：1；乙：2；丙：3"},
		{"figures are no header", `<tr><td>甲<td>1<td>2<tr><td>乙<td>3<td>4`, "甲；1；2\n乙；3；4"},
		{"row headers", `<tr><th>条件<td>甲<tr><th>时限<td>乙`, "条件：甲\n时限：乙"},
		{"layout, one column", `<tr><td><p>甲。<p>乙。`, "甲。\n乙。"},
		{"layout, nested", `<tr><td>左。<td><table><tr><td>单位<td>电话<tr><td>甲<td>1</table>`, "左。\n单位：甲；电话：1"},
		{"empty cells", `<tr><th>甲<th>乙<tr><td> <td>2<tr><td><td>`, "乙：2"},
		{"only headers", `<tr><th>甲<th>乙`, "甲：乙"},
	} {
		t.Run(test.name, func(t *testing.T) {
			page, err := read(t, Source{Name: "题.html", Bytes: []byte("<table>" + test.html + "</table>")})
			if err != nil || page.Text != test.want {
				t.Errorf("text is %q, %v; want %q", page.Text, err, test.want)
			}
		})
	}
}

func TestMarkdown(t *testing.T) {
	page, err := read(t, Source{Name: "a.md", Bytes: []byte("---\n发布机构: 甲局\n发布日期: 2024-1-2\n---\n# 供暖*说明*\n\n来源：乙局\n\n" +
		"一、概况\n------\n> 正**文**[链接](http://x \"y\")、<http://z> &amp; 1\\. `a_b`。\n\n* 甲\n  1. 乙\n\n| 单位 | 数 |\n|---|:-:|\n| 丙 | 1 |\n\n" +
		"### 人口\n***\n~~~\n# 原样\n~~~\n<div>丁<br>戊</div>\n\n[ref]: http://x\n")})
	if err != nil {
		t.Fatal(err)
	}
	want := "一、概况\n正文链接、http://z & 1. a_b。\n甲\n1. 乙\n单位：丙；数：1\n人口\n# 原样\n丁\n戊"
	if page.Text != want {
		t.Errorf("text is\n%s\nwant\n%s", page.Text, want)
	}
	if m := page.Meta; m.Title != "供暖说明" || m.Publisher != "甲局" || m.Published != "2024-01-02" {
		t.Errorf("meta %+v", m)
	}
}

func TestEmpty(t *testing.T) {
	for name, text := range map[string]string{
		"a.txt": "\u200B\n \u00a0\n", "b.html": "<script>x</script><img src=x>", "c.md": "\n---\n", "d.txt": "欢迎访问甲县政府网站!\n扫一扫在手机打开当前页",
	} {
		if page, err := read(t, Source{Name: name, Bytes: []byte(text)}); !errors.Is(err, ErrEmpty) {
			t.Errorf("%s: %q, %v", name, page.Text, err)
		}
	}
}
