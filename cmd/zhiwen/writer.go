package main

import (
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zhiwen/bot"
	"zhiwen/retrieval/openai"
)

// modelHelp is said of the language model by the commands that answer.
const modelHelp = `
An OpenAI-compatible language model may word answers, held to the documents:
ZHIWEN_MODEL_URL (ends in /v1), ZHIWEN_MODEL_NAME, ZHIWEN_MODEL_KEY or
ZHIWEN_MODEL_KEY_FILE. For the public it does so only where
ZHIWEN_MODEL_PUBLIC_NAME, ZHIWEN_MODEL_FILING (备案号) and ZHIWEN_UNIT
(主办单位) are set, too. ZHIWEN_MODEL_FIRST and ZHIWEN_MODEL_WHOLE bound the wait
(3s, 20s); ZHIWEN_MODEL_ANSWER_TOKENS, …_SESSION_TOKENS, …_ADDRESS_TOKENS and
…_DAY_TOKENS what is used. 'zhiwen generation off' ends it at once.`

// publicNames must be set for generation in front of the public (requirements 4).
var publicNames = []string{"ZHIWEN_MODEL_PUBLIC_NAME", "ZHIWEN_MODEL_FILING", "ZHIWEN_UNIT"}

// loadWriter prepares the language model; nil where none is configured, where
// this command asks none, or where the public may not have it.
func (s *shell) loadWriter() (*openai.Chat, bot.Limits, error) {
	url := os.Getenv("ZHIWEN_MODEL_URL")
	if url == "" || !s.asks {
		return nil, bot.Limits{}, nil
	}
	if s.serves {
		var missing []string
		for _, name := range publicNames {
			if strings.TrimSpace(os.Getenv(name)) == "" {
				missing = append(missing, name)
			}
		}
		if len(missing) > 0 {
			s.log.Warn("answers are not worded by the language model: set " + strings.Join(missing, ", "))
			return nil, bot.Limits{}, nil
		}
	}
	key, err := secret("ZHIWEN_MODEL_KEY")
	if err != nil {
		return nil, bot.Limits{}, err
	}
	name := os.Getenv("ZHIWEN_MODEL_NAME")
	if name == "" {
		return nil, bot.Limits{}, usagef("ZHIWEN_MODEL_URL is set, but ZHIWEN_MODEL_NAME, the model's name, is not")
	}
	chat, err := openai.NewChat(openai.Config{BaseURL: url, Key: key, Model: name})
	if err != nil {
		return nil, bot.Limits{}, usagef("ZHIWEN_MODEL_URL: %w", err)
	}
	limits, err := modelLimits()
	return chat, limits, err
}

// longestModelWait leaves time to answer without a model before the server ends
// an answer.
const longestModelWait = 45 * time.Second

// modelLimits reads the limits of generation; 0 stands for the default.
func modelLimits() (bot.Limits, error) {
	var l bot.Limits
	for name, to := range map[string]*time.Duration{"ZHIWEN_MODEL_FIRST": &l.First, "ZHIWEN_MODEL_WHOLE": &l.Whole} {
		value := os.Getenv(name)
		if value == "" {
			continue
		}
		d, err := time.ParseDuration(value)
		if err != nil || d <= 0 || d > longestModelWait {
			return l, usagef("%s=%q is no time to wait, like 3s, of at most %s: visitors are answered within a minute", name, value, longestModelWait)
		}
		*to = d
	}
	var answer int64
	for name, to := range map[string]*int64{
		"ZHIWEN_MODEL_ANSWER_TOKENS": &answer, "ZHIWEN_MODEL_SESSION_TOKENS": &l.SessionTokens,
		"ZHIWEN_MODEL_ADDRESS_TOKENS": &l.AddressTokens, "ZHIWEN_MODEL_DAY_TOKENS": &l.DayTokens,
	} {
		value := os.Getenv(name)
		if value == "" {
			continue
		}
		n, err := strconv.ParseInt(value, 10, 32)
		if err != nil || n <= 0 {
			return l, usagef("%s=%q is no number of tokens", name, value)
		}
		*to = n
	}
	l.AnswerTokens = int(answer)
	return l, nil
}

func newGeneration(s *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "generation [on|off]",
		Short: "Switch the wording of answers by a language model on or off, for all servers at once",
		Long: `Switch the wording of answers by a language model on or off. It holds for all
servers on the store from the next question on; answers are then in the documents'
own words. Without an argument it says how it is.`,
		Example: `  zhiwen generation off
  zhiwen generation --store postgres://…`,
		Args:      cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"on", "off"},
		RunE: func(cmd *cobra.Command, args []string) error {
			store, err := s.openExisting(cmd.Context())
			if err != nil {
				return err
			}
			defer store.Close()
			if len(args) > 0 {
				if err := store.SwitchGeneration(cmd.Context(), args[0] == "off"); err != nil {
					return err
				}
			}
			off, err := store.GenerationOff(cmd.Context())
			if err != nil {
				return err
			}
			if s.json {
				return s.print(map[string]bool{"off": off})
			}
			state := "on"
			if off {
				state = "off"
			}
			return s.line("generation is switched " + state)
		},
	}
}
