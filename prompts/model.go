package prompts

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"
	"text/template"
	"unicode"
)

//go:embed model.tmpl
var modelFile string

// AnswerVersion names the words of the prompts for an answer; receipts and the
// cache keep it. It changes with model.tmpl.
const AnswerVersion = "answer/1"

// Evidence is a passage as a model sees it: by its number, never by URL, ID
// or 文号.
type Evidence struct {
	N    int
	From string // title and heading; may be empty
	Text string
}

// AnswerInput is what an answer is asked with.
type AnswerInput struct {
	Question string
	Evidence []Evidence
	Elder    bool // in short words for elderly visitors
}

// Prompt is what a model is given.
type Prompt struct {
	Version string
	System  string
	User    string
}

// Model renders the prompts. It is safe for concurrent use.
type Model struct{ templates *template.Template }

// NewModel parses the embedded file and tries its templates once, so that no
// later call can fail.
func NewModel() (*Model, error) {
	t, err := template.New("model.tmpl").Option("missingkey=error").Parse(modelFile)
	if err != nil {
		return nil, fmt.Errorf("parse the prompts: %w", err)
	}
	for _, name := range []string{"answer_system", "elder_system", "answer_user"} {
		if err := t.ExecuteTemplate(&strings.Builder{}, name, AnswerInput{Evidence: []Evidence{{}}}); err != nil {
			return nil, fmt.Errorf("try the prompt %q: %w", name, err)
		}
	}
	return &Model{t}, nil
}

// Answer is the prompt for an answer.
func (m *Model) Answer(in AnswerInput) Prompt {
	evidence := make([]Evidence, len(in.Evidence))
	for i, e := range in.Evidence {
		evidence[i] = Evidence{N: e.N, From: asData(e.From), Text: asData(e.Text)}
	}
	in.Evidence, in.Question = evidence, asData(in.Question)
	system := "answer_system"
	if in.Elder {
		system = "elder_system"
	}
	return Prompt{Version: AnswerVersion, System: m.render(system, in), User: m.render("answer_user", in)}
}

func (m *Model) render(name string, in AnswerInput) string {
	var b strings.Builder
	if err := m.templates.ExecuteTemplate(&b, name, in); err != nil {
		panic(err) // NewModel has tried it
	}
	return b.String()
}

// ownMarks are what the prompt itself is divided by.
var ownMarks = regexp.MustCompile(`[\[【［]\s*(?:\d{1,3}|资料|问题)\s*[\]】］]`)

// asData takes from a text what could be read as part of the prompt: our own
// marks and characters that cannot be seen.
func asData(text string) string {
	text = strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r)) {
			return -1
		}
		return r
	}, text)
	return ownMarks.ReplaceAllString(text, "")
}
