package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestSettingsAreListed: the table has every setting that the code reads, and
// no other.
func TestSettingsAreListed(t *testing.T) {
	read := map[string]bool{}
	pattern := regexp.MustCompile(`"(ZHIWEN_[A-Z_]+)"`)
	root := filepath.Join("..", "..")
	for _, room := range []string{"cmd", "web", "bot", "ingest", "retrieval"} {
		err := fs.WalkDir(os.DirFS(filepath.Join(root, room)), ".", func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "pgtest") {
				return err
			}
			text, err := os.ReadFile(filepath.Join(root, room, name))
			for _, m := range pattern.FindAllStringSubmatch(string(text), -1) {
				read[m[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	delete(read, "ZHIWEN_CONFIG") // names the file
	var listed []string
	for _, s := range settings() {
		if s.What == "" {
			t.Errorf("%s is not explained", s.Name)
		}
		listed = append(listed, s.Name)
		if !read[strings.TrimSuffix(s.Name, "_FILE")] && !read[s.Name] {
			t.Errorf("%s is listed and nothing reads it", s.Name)
		}
	}
	for name := range read {
		if !slices.Contains(listed, name) && !slices.Contains(listed, name+"_FILE") {
			t.Errorf("%s is read and not listed", name)
		}
	}
}

// TestConfigFile: what a file sets holds, the environment is stronger, and a
// mistake is named by its line.
func TestConfigFile(t *testing.T) {
	for _, name := range []string{"ZHIWEN_SITE_NAME", "ZHIWEN_UNIT", "ZHIWEN_MODEL_KEY", "ZHIWEN_ICP"} {
		t.Setenv(name, "x") // so that it is put back
		os.Unsetenv(name)
	}
	t.Setenv("ZHIWEN_UNIT", "环境里的单位")
	file := filepath.Join(t.TempDir(), "zhiwen.conf")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("\ufeff# 设置\nZHIWEN_SITE_NAME = \"示例县\"\nZHIWEN_UNIT=文件里的单位\n\nZHIWEN_MODEL_KEY='secret-key'\n")
	got := zhiwen(t, "settings", "--config", file)
	if got.code != 0 || !regexp.MustCompile(`ZHIWEN_SITE_NAME +示例县`).MatchString(got.stdout) || !strings.Contains(got.stdout, "环境里的单位") || strings.Contains(got.stdout, "secret-key") {
		t.Errorf("%+v", got)
	}
	for text, want := range map[string]string{
		"ZHIWEN_SITE_NAM=x":                 "line 1: there is no setting ZHIWEN_SITE_NAM",
		"# x\nZHIWEN_ICP":                   "line 2: write NAME=VALUE",
		"ZHIWEN_ICP=a\nZHIWEN_ICP=b":        "line 2: ZHIWEN_ICP stands on line 1 already",
		"export ZHIWEN_ICP=a\nZHIWEN_ICP=b": "line 1: there is no setting export ZHIWEN_ICP",
	} {
		write(text)
		if got := zhiwen(t, "settings", "--config", file); got.code != 2 || !strings.Contains(got.stderr, want) {
			t.Errorf("%q: %+v", text, got)
		}
	}
	if got := zhiwen(t, "settings", "--config", filepath.Join(t.TempDir(), "none")); got.code != 2 || !strings.Contains(got.stderr, "--config") {
		t.Errorf("%+v", got)
	}
}
