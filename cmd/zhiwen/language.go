package main

import (
	"cmp"
	_ "embed"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"zhiwen/web/staff"
)

//go:embed zh/words.txt
var wordsTable string

//go:embed zh/help.txt
var helpTable string

// chineseWords are the program's words on a terminal, by the English ones.
var chineseWords = sync.OnceValue(func() map[string]string {
	words := map[string]string{}
	unescape := strings.NewReplacer(`\n`, "\n", `\t`, "\t")
	for row := range strings.Lines(wordsTable) {
		english, chinese, ok := strings.Cut(strings.TrimSuffix(row, "\n"), " => ")
		if ok && !strings.HasPrefix(row, "#") {
			words[unescape.Replace(english)] = unescape.Replace(chinese)
		}
	}
	return words
})

// commandHelp is what a command says of itself.
type commandHelp struct {
	checksum    string // of the English that it was made from
	short, long string
}

// chineseHelp are the texts of all commands, by their paths.
var chineseHelp = sync.OnceValue(func() map[string]commandHelp {
	help := map[string]commandHelp{}
	_, sections, _ := strings.Cut(helpTable, "\n== ")
	for section := range strings.SplitSeq(sections, "\n== ") {
		title, body, _ := strings.Cut(section, "\n")
		path, checksum, _ := cutLast(title, " ")
		short, long, _ := strings.Cut(strings.TrimSpace(body), "\n")
		help[path] = commandHelp{checksum, short, strings.TrimSpace(long)}
	}
	return help
})

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// helpChecksum is that of a command's English texts.
func helpChecksum(c *cobra.Command) string {
	return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(c.Short+"\x00"+c.Long)))
}

// langIn finds --lang on a command line that may be wrong before it.
func langIn(args []string) string {
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--lang="); ok {
			return value
		}
		if arg == "--lang" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// isChinese reports whether help and messages are Chinese: as --lang says, or
// the environment in the order of POSIX.
func (s *shell) isChinese() bool {
	return strings.HasPrefix(cmp.Or(s.lang, os.Getenv("ZHIWEN_LANG"), os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")), "zh")
}

// words gives a format or a word of ours in the language of the terminal.
func (s *shell) words(english string) string {
	if s.isChinese() {
		return cmp.Or(chineseWords()[english], english)
	}
	return english
}

// sentence gives what went wrong in the language of the terminal.
func (s *shell) sentence(english string) string {
	if s.isChinese() {
		return staff.Chinese(english)
	}
	return english
}

// line prints a line in the language of the terminal. The arguments stay as they
// are.
func (s *shell) line(format string, args ...any) error {
	_, err := fmt.Fprintf(s.out, s.words(format)+"\n", args...)
	return err
}

// translated lets a command and those below it say what they are in the language
// of the terminal.
func (s *shell) translated(c *cobra.Command) {
	if !s.isChinese() {
		return
	}
	if help, ok := chineseHelp()[c.CommandPath()]; ok {
		c.Short, c.Long = help.short, help.long
	}
	c.InitDefaultHelpFlag()
	c.LocalFlags().VisitAll(s.translateFlag)
	c.InheritedFlags().VisitAll(s.translateFlag)
	for _, below := range c.Commands() {
		s.translated(below)
	}
}

func (s *shell) translateFlag(f *pflag.Flag) {
	if name, ok := strings.CutPrefix(f.Usage, "help for "); ok {
		f.Usage = fmt.Sprintf(s.words("help for %s"), name)
	}
	f.Usage = s.words(f.Usage)
}

// helpIn lets cobra's help, whose headings are its own, speak the language of
// the terminal.
func (s *shell) helpIn(root *cobra.Command) {
	english := root.HelpFunc()
	root.SetHelpFunc(func(c *cobra.Command, args []string) {
		if !s.isChinese() {
			english(c, args)
			return
		}
		s.translated(root)
		var page strings.Builder
		out := c.OutOrStdout()
		c.SetOut(&page)
		english(c, args)
		io.WriteString(out, s.headings(page.String())) // a closed pipe is the reader's own doing
	})
}

var (
	headingPattern = regexp.MustCompile(`(?m)^[A-Z][A-Za-z ]+:$`)
	defaultPattern = regexp.MustCompile(`(?m) \(default (.*)\)$`)
	detailPattern  = regexp.MustCompile(`(?m)^Use "(.*) \[command\] --help" for more information about a command\.$`)
)

func (s *shell) headings(page string) string {
	page = headingPattern.ReplaceAllStringFunc(page, s.words)
	for _, place := range []string{" [flags]\n", " [command]\n"} {
		page = strings.ReplaceAll(page, place, s.words(place))
	}
	page = defaultPattern.ReplaceAllString(page, s.words("(default $1)"))
	return detailPattern.ReplaceAllString(page, s.words(`Use "$1 [command] --help" for more information about a command.`))
}
