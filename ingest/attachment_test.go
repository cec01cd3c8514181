package ingest

import (
	"path/filepath"
	"slices"
	"testing"

	"zhiwen/retrieval"
)

func TestResolve(t *testing.T) {
	for _, test := range []struct{ base, root, ref, want string }{
		{"/site/a/page.html", "/site", "../files/%E9%99%84%E4%BB%B6%201.doc?v=2#x", "/site/files/附件 1.doc"},
		{"/site/a/page.html", "/site", `files\b.doc`, "/site/a/files/b.doc"},
		{"/site/a/page.html", "/site", "/upload/b.doc", "/site/upload/b.doc"},
		{"/site/page.html", "/site", "%B8%BD%BC%FE.doc", "/site/附件.doc"}, // GBK
		{"/site/page.html", "/site", "https://x.gov.cn/b.doc", ""},
		{"/site/page.html", "/site", "//x.gov.cn/b.doc", ""},
		{"/site/page.html", "/site", "#top", ""},
		{"/site/page.html", "/site", "%zz", ""},
		{"https://x.gov.cn/a/page.html", "", "../b.doc#p1", "https://x.gov.cn/b.doc"},
		{"https://x.gov.cn/a/page.html", "", "//y.gov.cn/b.doc", "https://y.gov.cn/b.doc"},
		{"https://x.gov.cn/a/page.html", "", "javascript:open()", ""},
		{"", "", "b.doc", ""},
	} {
		if got := resolve(test.base, test.root, test.ref); got != test.want {
			t.Errorf("%s on %s leads to %q, want %q", test.ref, test.base, got, test.want)
		}
	}
}

func TestLinkTitle(t *testing.T) {
	for text, want := range map[string]string{
		"附件1：补贴标准.doc": "补贴标准", "补贴标准（2024年）.XLSX": "补贴标准（2024年）", " 附件 2. 名单": "名单", "【附件】申请表.docx": "申请表",
		"附件": "", "点击下载": "", "下载附件": "", "": "", "附件管理办法": "附件管理办法",
	} {
		if got := linkTitle(text); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}

// TestRunAttachments: a file that a page links to is a document of its own, says
// whose it is, and takes from the page what it does not say.
func TestRunAttachments(t *testing.T) {
	dir := tree(t, map[string]string{
		"a/list.txt": "1.甲镇，50户。\n2.乙镇，60户。",
		"b/page.html": `<title>补贴办法_某县政府网</title><meta name=PubDate content=2024-01-02><meta name=ContentSource content=某县民政局>
<div>有效性：废止</div><div class=TRS_Editor><p>现将有关事项通知如下。<p><a href="../a/list.txt">附件1：补贴名单.txt</a></div>
<ul class=fj><li><a href="/c/form.md">申请表.md</a><li><a href="http://other/x.doc">别处的表.doc</a><li><a href=missing.pdf><img></a></ul>
<footer><a href="/c/site.txt">使用手册</a></footer>`,
		"c/form.md":  "# 补贴申请表\n\n发布日期：2023-05-06\n\n姓名、住址。",
		"c/site.txt": "本站使用手册\n\n请看说明。",
		"z.html":     `<title>后一页</title><p>也链到名单。<a href="a/list.txt">名单</a>`,
	})
	store := newMemory()
	reports, _ := runOver(t, &Ingester{Store: store, Workers: 4}, dir)
	if want := []string{"list.txt: added", "page.html: added", "form.md: added", "site.txt: added", "z.html: added"}; !slices.Equal(outcome(reports), want) {
		t.Fatalf("outcome %q, want %q", outcome(reports), want)
	}
	get := func(name string) retrieval.Document {
		return store.entries[filepath.ToSlash(filepath.Join(dir, name))].Document
	}
	if text := get("b/page.html").Text; text != "现将有关事项通知如下。\n附件1：补贴名单.txt\n附件：申请表\n附件：别处的表" {
		t.Errorf("the page's text is %q", text)
	}
	page := filepath.ToSlash(filepath.Join(dir, "b/page.html"))
	list := get("a/list.txt").Meta
	if list.Parent != page || list.Title != "补贴名单" || list.Publisher != "某县民政局" || list.Published != "2024-01-02" || list.Validity != retrieval.ValidityRepealed {
		t.Errorf("the list is %+v", list)
	}
	if len(reports[0].Warnings) > 0 {
		t.Errorf("warnings %q", reports[0].Warnings)
	}
	form := get("c/form.md").Meta
	if form.Parent != page || form.Title != "补贴申请表" || form.Published != "2023-05-06" {
		t.Errorf("the form is %+v", form)
	}
	if site := get("c/site.txt").Meta; site.Parent != "" {
		t.Errorf("what the foot links to is no attachment: %+v", site)
	}
}

// TestRunAttachmentsArchive: the same within an archive.
func TestRunAttachmentsArchive(t *testing.T) {
	dir := tree(t, map[string]string{"a.zip": zipped(t,
		[2]string{"list.txt", "1.甲镇，50户。"}, [2]string{"page.htm", `<h1>通知</h1><p>如下。<a href=list.txt>名单</a>`})})
	store := newMemory()
	runOver(t, &Ingester{Store: store}, dir)
	key := filepath.ToSlash(filepath.Join(dir, "a.zip"))
	if list := store.entries[key+"/list.txt"].Document.Meta; list.Parent != key+"/page.htm" || list.Title != "名单" {
		t.Errorf("the list is %+v", list)
	}
}
