package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhiwen/retrieval"
	"zhiwen/retrieval/pgstore/pgtest"
)

// TestValidityIsData: a notice repeals what is stored before and after it, and
// no more once it is withdrawn; what staff set outlives the page's next version.
func TestValidityIsData(t *testing.T) {
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			wordsAlone(t)
			store := filepath.Join(t.TempDir(), "z.db")
			if name == "postgres" {
				store = pgtest.Schema(t)
				succeed(t, store, []string{"migrate"})
			}
			validityIsData(t, store)
		})
	}
}

func validityIsData(t *testing.T, store string) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	ingested := func(paths ...string) {
		t.Helper()
		succeed(t, store, append([]string{"ingest"}, paths...))
	}
	validity := func(title string, want retrieval.Validity) {
		t.Helper()
		for _, l := range lines[docLine](t, zhiwen(t, "docs", "--json", "--store", store).stdout) {
			if l.State == retrieval.StateCurrent && strings.Contains(l.Title, title) {
				if l.Validity != want {
					t.Errorf("%s is %q, want %q", title, l.Validity, want)
				}
				return
			}
		}
		t.Errorf("there is no current %s", title)
	}
	page := func(name, title, no, text string) string {
		return write(name, "<html><head><title>"+title+"</title></head><body><table><tr><td>文号</td><td>"+no+"</td><td>发布机构</td><td>某县人民政府</td></tr></table><h1>"+title+"</h1><div id=zoom><p>"+text+"</p></div></body></html>")
	}
	dogs := page("dogs.html", "某县犬类管理办法", "某政〔2015〕3号", "第一条 养犬应当登记，每只犬每年收取管理费六十元。")
	fires := page("fires.html", "某县烟花爆竹管理规定", "某政〔2016〕8号", "第一条 县城内禁止燃放烟花爆竹。")
	notice := page("notice.html", "某县人民政府关于废止部分规范性文件的决定", "某政〔2026〕1号", "县政府决定废止下列文件：</p><p>1.《某县犬类管理办法》（某政〔2015〕3号）</p><p>2.《某县烟花爆竹管理规定》（某政〔2016〕8号）")
	ingested(dogs)
	validity("犬类", "")
	ingested(notice) // after one of them and before the other
	validity("犬类", retrieval.ValidityRepealed)
	ingested(fires)
	validity("烟花", retrieval.ValidityRepealed)
	ingested(dogs, fires, notice) // nothing has changed
	validity("犬类", retrieval.ValidityRepealed)
	got := zhiwen(t, "ask", "--json", "--store", store, "养犬每年收多少管理费")
	if strings.Contains(got.stdout, `"answered"`) && !strings.Contains(got.stdout, "废止") {
		t.Errorf("a repealed document answers without a banner: %s", got.stdout)
	}

	succeed(t, store, []string{"withdraw", docID(t, store, "关于废止部分"), "--reason", "发布有误"})
	validity("犬类", "")
	validity("烟花", "")
	succeed(t, store, []string{"release", docID(t, store, "关于废止部分"), "--reason", "已核对"})
	validity("烟花", retrieval.ValidityRepealed)

	current := func(title string) string {
		t.Helper()
		for _, l := range lines[docLine](t, zhiwen(t, "docs", "--json", "--store", store).stdout) {
			if l.State == retrieval.StateCurrent && strings.Contains(l.Title, title) {
				return l.DocID
			}
		}
		t.Fatalf("there is no current %s", title)
		return ""
	}
	succeed(t, store, []string{"docs", "set", current("犬类"), "--validity", "有效", "--expires", "2027-12-31", "--reason", "决定有误，正在更正"})
	validity("犬类", retrieval.ValidityInForce)
	page("dogs.html", "某县犬类管理办法", "某政〔2015〕3号", "第一条 养犬应当登记，每只犬每年收取管理费八十元。")
	ingested(dogs)
	validity("犬类", retrieval.ValidityInForce)
	got = zhiwen(t, "ask", "--json", "--store", store, "养犬每年收多少管理费")
	if !strings.Contains(got.stdout, "八十元") || !strings.Contains(got.stdout, "2027-12-31") {
		t.Errorf("asked: %s", got.stdout)
	}
	for _, wrong := range [][]string{
		{"docs", "set", current("犬类"), "--validity", "作废", "--reason", "r"},
		{"docs", "set", current("犬类"), "--expires", "2027/12/31", "--reason", "r"},
		{"docs", "set", current("犬类"), "--validity", "废止"},
	} {
		if got := zhiwen(t, append(wrong, "--store", store)...); got.code != 2 {
			t.Errorf("%v: %+v", wrong, got)
		}
	}
	if got := zhiwen(t, "doctor", "--store", store, "--addr", "127.0.0.1:0"); got.code != 0 {
		t.Errorf("doctor: %+v", got)
	}
}
