package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"zhiwen/bot"
)

// maxQuestion is the longest question in characters, as on every other way in.
const maxQuestion = 500

func newAsk(s *shell) *cobra.Command {
	var turnsFile, profile, script string
	cmd := &cobra.Command{
		Use:   "ask QUESTION...",
		Short: "Answer a question from the documents in the store",
		Long: `Answer a question from the documents in the store, with citations. Several
questions are the turns of one conversation and are answered one after the
other; questions of --turns come first.
` + modelHelp,
		Example: `  zhiwen ask 2023年法律援助办了多少件
  zhiwen ask --json 身份证丢了怎么补办 要多少钱
  zhiwen ask --turns questions.txt --store county.db`,
	}
	cmd.Flags().StringVar(&turnsFile, "turns", "", "file with one question a line, - for standard input")
	cmd.Flags().StringVar(&profile, "profile", string(bot.ProfileStandard), "how the answer is put: standard or elder")
	cmd.Flags().StringVar(&script, "script", "", "script of the answer: hans or hant (default: that of the question)")
	s.synonymsFlag(cmd)
	s.blocklistFlag(cmd)
	s.ageFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		s.asks = true
		if !slices.Contains([]bot.Profile{bot.ProfileStandard, bot.ProfileElder}, bot.Profile(profile)) {
			return usagef("--profile %q is neither standard nor elder", profile)
		}
		if script != "" && !slices.Contains([]bot.Script{bot.ScriptHans, bot.ScriptHant}, bot.Script(script)) {
			return usagef("--script %q is neither hans nor hant", script)
		}
		questions, err := s.questions(args, turnsFile)
		if err != nil {
			return err
		}
		r, err := s.openRooms(cmd.Context(), s.openExisting)
		if err != nil {
			return err
		}
		defer r.Close()
		return s.converse(cmd.Context(), r.bot, questions, bot.Request{Profile: bot.Profile(profile), Script: bot.Script(script)})
	}
	return cmd
}

// questions gathers the turns and refuses what no way in would take.
func (s *shell) questions(args []string, turnsFile string) ([]string, error) {
	questions := args
	if turnsFile != "" {
		lines, err := s.readLines(turnsFile)
		if err != nil {
			return nil, fmt.Errorf("--turns: %w", err)
		}
		isBlank := func(line string) bool { return strings.TrimSpace(line) == "" }
		questions = append(slices.DeleteFunc(lines, isBlank), args...)
	}
	if len(questions) == 0 {
		return nil, usagef("give a QUESTION, or a file of them with --turns")
	}
	for i, q := range questions {
		switch length := utf8.RuneCountInString(q); {
		case !utf8.ValidString(q):
			return nil, usagef("question %d is not UTF-8", i+1)
		case strings.TrimSpace(q) == "":
			return nil, usagef("question %d is empty", i+1)
		case length > maxQuestion:
			return nil, usagef("question %d has %d characters; at most %d are answered", i+1, length, maxQuestion)
		}
	}
	return questions, nil
}

// converse answers the questions as turns of one conversation.
func (s *shell) converse(ctx context.Context, b *bot.Bot, questions []string, r bot.Request) error {
	for _, question := range questions {
		r.Question = question
		answer, err := b.Ask(ctx, r, nil)
		if err != nil {
			return fmt.Errorf("answer %q: %w", question, err)
		}
		if s.json {
			err = s.print(answer)
		} else {
			err = printAnswer(s.out, answer)
		}
		if err != nil {
			return err
		}
		r.Turns = append(r.Turns, bot.Turn{Question: question, Answer: answer, At: s.now()})
	}
	return nil
}

// printAnswer puts an answer as a person reads it on a terminal.
func printAnswer(out io.Writer, a bot.Answer) error {
	var b strings.Builder
	if a.Mode == bot.ModeGenerated {
		fmt.Fprintf(&b, "【%s】", a.Label)
	}
	fmt.Fprintln(&b, a.Text)
	if a.Hant != nil {
		fmt.Fprintf(&b, "\n%s\n", a.Hant.Note)
	}
	for _, c := range a.Citations {
		fmt.Fprintf(&b, "\n[%d] 《%s》%s\n", c.N, c.Title, c.Clause)
		if c.Recognised {
			fmt.Fprintf(&b, "    由图像识别，请以原件为准：%s\n", c.PageURL)
		}
		fmt.Fprintf(&b, "    “%s”\n", strings.ReplaceAll(c.Quote, "\n", "\n    "))
		fmt.Fprintf(&b, "    %s\n", strings.Join(slices.DeleteFunc([]string{c.DocNo, c.Publisher, c.Published, cmp.Or(c.SourceURL, c.URL)}, func(s string) bool { return s == "" }), " · "))
	}
	if len(a.Suggestions) > 0 {
		fmt.Fprintf(&b, "\n您还可以看看：%s\n", strings.Join(a.Suggestions, "；"))
	}
	_, err := io.WriteString(out, b.String())
	return err
}
