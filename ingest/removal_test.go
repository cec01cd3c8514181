package ingest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// listOf is a list of 办事指南 in CSV; an item "7" has the code A7, "七" none.
func listOf(items ...string) string {
	var b strings.Builder
	b.WriteString("事项编码,事项名称,申请条件,申请材料,办理地点,咨询电话\n")
	for _, it := range items {
		code, name := "A"+it, "第"+it+"项办理"
		if it == "" { // a row that lost its name
			code, name = "A", ""
		}
		fmt.Fprintf(&b, "%s,%s,年满十八周岁的本县居民可以申请%s。,身份证,示例路1号,0563-0000000\n", code, name, it)
	}
	return b.String()
}

func someItems(from, to int) []string {
	var items []string
	for n := from; n < to; n++ {
		items = append(items, fmt.Sprint(n))
	}
	return items
}

// TestRemovals ingests a list and then its next version.
func TestRemovals(t *testing.T) {
	ten := someItems(0, 10)
	for name, test := range map[string]struct {
		next    map[string]string // files of the second run
		accept  bool
		removed []string // titles
		kept    string   // how the warning of those kept begins
		keeps   int
	}{
		"the same":             {map[string]string{"list.csv": listOf(ten...)}, false, nil, "", 0},
		"two are gone":         {map[string]string{"list.csv": listOf(ten[2:]...)}, false, []string{"第0项办理", "第1项办理"}, "", 0},
		"new ones come":        {map[string]string{"list.csv": listOf(someItems(1, 14)...)}, false, []string{"第0项办理"}, "", 0},
		"half a file":          {map[string]string{"list.csv": listOf(ten[5:]...)}, false, nil, "this item is not in the list any more, nor are 5 of its 10 items", 5},
		"half, accepted":       {map[string]string{"list.csv": listOf(ten[5:]...)}, true, []string{"第0项办理", "第1项办理", "第2项办理", "第3项办理", "第4项办理"}, "", 0},
		"a row is broken":      {map[string]string{"list.csv": listOf(append([]string{""}, ten[1:]...)...)}, true, nil, "this item is not in the list any more, but some", 1},
		"moved to another":     {map[string]string{"list.csv": listOf(ten[5:]...), "other.csv": listOf(ten[:5]...)}, false, nil, "", 0},
		"under another name":   {map[string]string{"list-2025.csv": listOf(ten[1:]...)}, false, nil, "this item is not in ", 1},
		"that name, accepted":  {map[string]string{"list-2025.csv": listOf(ten[1:]...)}, true, []string{"第0项办理"}, "", 0},
		"another list":         {map[string]string{"list-b.csv": listOf("3", "77", "78")}, false, nil, "", 0},
		"codes come":           {map[string]string{"list.csv": strings.ReplaceAll(listOf(ten...), "A", "B")}, false, nil, "", 10},
		"no list any more":     {map[string]string{"list.csv": "姓名,电话\n张三,1\n"}, false, nil, "this item is not in the list any more, nor are 10 of its 10", 10},
		"cannot be read":       {map[string]string{"list.csv": "\xff\xfe\xff"}, false, nil, "", 0},
		"nothing is ingested":  {map[string]string{"note.txt": "别的文件。"}, false, nil, "", 0},
		"list beside a folder": {map[string]string{"sub/list.csv": listOf("1")}, false, nil, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir := tree(t, map[string]string{"list.csv": listOf(ten...)})
			store := newMemory()
			in := &Ingester{Store: store, AcceptRemovals: test.accept}
			if first, _ := runOver(t, in, dir); len(first) != 10 {
				t.Fatalf("%d reports of the first run", len(first))
			}
			if err := os.Remove(filepath.Join(dir, "list.csv")); err != nil {
				t.Fatal(err)
			}
			for file, text := range test.next {
				path := filepath.Join(dir, filepath.FromSlash(file))
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			reports, summary := runOver(t, in, dir)
			var removed []string
			kept := 0
			for _, r := range reports {
				switch {
				case r.Status == StatusRemoved:
					removed = append(removed, r.Title)
				case test.kept != "" && len(r.Warnings) == 1 && strings.HasPrefix(r.Warnings[0], test.kept):
					kept++
				}
			}
			if name == "codes come" { // each under another key, and not lost
				if len(removed) != test.keeps || len(store.entries) != 10 {
					t.Errorf("removed %q, %d documents", removed, len(store.entries))
				}
				return
			}
			if !slices.Equal(removed, test.removed) || kept != test.keeps {
				t.Errorf("removed %q, want %q; %d kept with a warning, want %d\n%+v", removed, test.removed, kept, test.keeps, reports)
			}
			if summary.Documents != len(reports) {
				t.Errorf("%d documents of %d reports", summary.Documents, len(reports))
			}
			for _, title := range removed {
				for _, e := range store.entries {
					if e.Document.Title == title {
						t.Errorf("%s is still there", title)
					}
				}
			}
		})
	}
}

// TestRemovalsInterrupted: a run that was broken off retires nothing.
func TestRemovalsInterrupted(t *testing.T) {
	dir := tree(t, map[string]string{"list.csv": listOf(someItems(0, 10)...)})
	store := newMemory()
	in := &Ingester{Store: store}
	runOver(t, in, dir)
	if err := os.WriteFile(filepath.Join(dir, "list.csv"), []byte(listOf(someItems(1, 10)...)), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	in.Now = func() time.Time { cancel(); return time.Now() }
	if _, err := in.Run(ctx, []string{dir}, nil); err == nil || len(store.entries) != 10 {
		t.Errorf("%d documents after %v", len(store.entries), err)
	}
}
