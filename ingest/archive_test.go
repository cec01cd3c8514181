package ingest

import (
	"archive/zip"
	"bytes"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// zipped makes an archive; names are written in GBK, as Chinese archivers do.
func zipped(t *testing.T, files ...[2]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		name, err := simplifiedchinese.GBK.NewEncoder().String(f[0])
		if err != nil {
			t.Fatal(err)
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, NonUTF8: true})
		if err == nil {
			_, err = w.Write([]byte(f[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRunArchive(t *testing.T) {
	inner := zipped(t, [2]string{"甲.txt", "里面的里面。"})
	dir := tree(t, map[string]string{
		"a.zip": zipped(t, [2]string{"通知/甲.txt", "甲的正文。"}, [2]string{"通知/乙.html", "<p>乙的正文。"}, [2]string{"__MACOSX/._x", "x"},
			[2]string{"丙.zip", inner}, [2]string{"丁.txt", strings.Repeat("丁", 30<<20)}),
		"b.zip": zipped(t),
		"c.zip": zipped(t, [2]string{"甲.txt", "甲"})[:40],
	})
	store := newMemory()
	reports, _ := runOver(t, &Ingester{Store: store}, dir)
	want := []string{"甲.txt: added", "乙.html: added", "丙.zip: skipped", "丁.txt: failed", "b.zip: skipped", "c.zip: failed"}
	if got := outcome(reports); !slices.Equal(got, want) {
		t.Errorf("outcome %v, want %v", got, want)
	}
	for _, r := range reports {
		if r.Error != "" && (strings.Contains(r.Error, "\n") || len(r.Error) < 20) {
			t.Errorf("%s: %q is no sentence", r.Source, r.Error)
		}
	}
	if !strings.Contains(reports[3].Error, "unpacks to far more") || !strings.HasSuffix(reports[0].Source, "a.zip/通知/甲.txt") {
		t.Errorf("reports %+v", reports)
	}
}
