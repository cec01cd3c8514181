package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const helpFile = "zh/help.txt"

// TestHelpInChinese: every command, flag and setting has its Chinese text, made
// of the English one that it has now.
func TestHelpInChinese(t *testing.T) {
	root := newRoot(&shell{})
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	words := chineseWords()
	known := map[string]bool{}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		path := c.CommandPath()
		known[path] = true
		help, ok := chineseHelp()[path]
		switch sum := helpChecksum(c); {
		case !ok || help.short == "" || (help.long == "") != (c.Long == ""):
			t.Errorf("%s: %s lacks its text", path, helpFile)
		case help.checksum == sum:
		case *update:
			replaceInFile(t, helpFile, "== "+path+" "+help.checksum+"\n", "== "+path+" "+sum+"\n")
		default:
			t.Errorf("%s: the English help has changed: look at the Chinese one in %s and put %s there (-update does)", path, helpFile, sum)
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if words[f.Usage] == "" && !strings.HasPrefix(f.Usage, "help for ") {
				t.Errorf("%s --%s: zh/words.txt lacks %q", path, f.Name, f.Usage)
			}
		})
		for _, below := range c.Commands() {
			walk(below)
		}
	}
	walk(root)
	for path := range chineseHelp() {
		if !known[path] {
			t.Errorf("%s: there is no command %q", helpFile, path)
		}
	}
	for _, s := range settings() {
		if words[s.What] == "" && english.MatchString(s.What) && !strings.HasSuffix(s.Name, "_FILE") {
			t.Errorf("%s: zh/words.txt lacks %q", s.Name, s.What)
		}
	}
}

func replaceInFile(t *testing.T, file, old, replacement string) {
	t.Helper()
	content := string(read(t, file))
	if !strings.Contains(content, old) {
		t.Fatalf("%s: no %q", file, old)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(content, old, replacement, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// english finds words of a sentence, which names, paths and settings are not.
var english = regexp.MustCompile(`\b[a-z]{2,} [a-z]{3,}\b`)

// ours finds what may stand in a Chinese sentence as it is.
var ours = regexp.MustCompile(`zhiwen( [a-z]+)*( [A-Z]+)?|--[a-z-]+( \S+)?|make build|\bgo[0-9.]+`)

// TestWordsInChinese: the verbs of a line are those of the English one, in their
// order, and every line that is printed has its own.
func TestWordsInChinese(t *testing.T) {
	verb := regexp.MustCompile(`%[-0-9.]*[a-z]`)
	kinds := func(format string) string {
		var kinds []string
		for _, v := range verb.FindAllString(format, -1) {
			kinds = append(kinds, v[len(v)-1:])
		}
		return strings.Join(kinds, "")
	}
	for format, chinese := range chineseWords() {
		if kinds(format) != kinds(chinese) {
			t.Errorf("%q and %q take different arguments", format, chinese)
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	said := regexp.MustCompile(`s\.(?:line|words)\("((?:[^"\\]|\\.)*)"`)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, m := range said.FindAllStringSubmatch(string(read(t, file)), -1) {
			format := strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\"`, `"`).Replace(m[1])
			whole := chineseWords()[format] != ""
			for known := range chineseWords() { // a format may be put together of two
				whole = whole || strings.HasPrefix(known, format) && strings.HasSuffix(format, " ")
			}
			if !whole {
				t.Errorf("%s: zh/words.txt lacks %q", file, format)
			}
		}
	}
}

// TestLanguage: --lang and the environment decide; mistakes, help and the
// doctor leave no English sentence.
func TestLanguage(t *testing.T) {
	wordsAlone(t)
	store := sampleStore(t)
	dir := t.TempDir()
	missing := filepath.Join(dir, "none.db")
	for _, args := range [][]string{
		{"--help"}, {"serve", "--help"}, {"faq", "import", "--help"}, {"help", "ingest"}, {"bench", "--help"},
		{"anwser"}, {"ask"}, {"ask", "--stroe"}, {"ask", " "}, {"ask", "--profile", "old", "好"}, {"ask", "--script"}, {"ask", "--stale-months", "x", "好"},
		{"ask", "--store", missing, "好"}, {"ingest"}, {"ingest", "--store", filepath.Join(dir, "new.db"), filepath.Join(dir, "none.pdf")},
		{"docs", "--store", store}, {"doctor", "--store", store}, {"doctor", "--store", missing}, {"settings"}, {"migrate", "--store", store},
		{"withdraw", "--store", store, "x"}, {"withdraw", "--store", store, "--reason", "试", "x"}, {"generation", "--store", store, "off"},
		{"faq", "list", "--store", store}, {"staff", "add", "--store", store, "--role", "editor", "周文"}, {"staff", "disable", "--store", store, "周文"},
		{"restore", "--store", "postgres://localhost/x", "y"}, {"eval"}, {"bench"}, {"generation", "maybe"}, {"release"},
	} {
		got := zhiwen(t, append([]string{"--lang", "zh"}, args...)...)
		for line := range strings.Lines(got.stdout + got.stderr) {
			said := ours.ReplaceAllString(line, "")
			if !strings.HasPrefix(line, "time=") && !strings.HasPrefix(line, "  zhiwen ") && english.MatchString(said) {
				t.Errorf("%v: %s", args, line)
			}
		}
	}
	for _, test := range []struct {
		flag, own, lcAll, lang string
		chinese                bool
	}{
		{"", "", "", "C", false}, {"", "", "", "zh_CN.UTF-8", true}, {"", "", "C", "zh_CN.UTF-8", false},
		{"", "en", "", "zh_CN.UTF-8", false}, {"zh", "en", "C", "C", true}, {"en", "zh", "", "zh_CN.UTF-8", false},
	} {
		for name, value := range map[string]string{"ZHIWEN_LANG": test.own, "LC_ALL": test.lcAll, "LC_MESSAGES": "", "LANG": test.lang} {
			t.Setenv(name, value)
		}
		if got := (&shell{lang: test.flag}).isChinese(); got != test.chinese {
			t.Errorf("%+v: Chinese %v", test, got)
		}
	}
	if got := zhiwen(t, "--lang", "fr", "version"); got.code != 2 {
		t.Errorf("%+v", got)
	}
	answer := zhiwen(t, "ask", "--lang", "zh", "--json", "--store", store, legalAid)
	t.Setenv("ZHIWEN_LANG", "en")
	if same := zhiwen(t, "ask", "--json", "--store", store, legalAid); answer.code != 0 || len(answer.stdout) == 0 || !strings.Contains(same.stdout, `"status":"answered"`) || !strings.Contains(answer.stdout, `"status":"answered"`) {
		t.Errorf("the language changes what programs read: %s", answer.stdout)
	}
}
