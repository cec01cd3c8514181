package bot

import (
	"slices"
	"strings"

	"zhiwen/bot/traditional"
)

// Hant are those words of an answer, a citation or a link that a visitor who
// reads Traditional characters is shown in place of the fields of the same
// name, which stay as they are stored.
type Hant struct {
	Title     string `json:"title,omitempty"`
	Publisher string `json:"publisher,omitempty"`
	Validity  string `json:"validity,omitempty"`
	Clause    string `json:"clause,omitempty"`
	Quote     string `json:"quote,omitempty"`
	Highlight string `json:"highlight,omitempty"`
	Note      string `json:"note,omitempty"` // that quotations are converted
}

// wantsHant reports whether an answer is to be in Traditional characters: the
// visitor has chosen so, or has chosen nothing and types them.
func (r Request) wantsHant() bool {
	return r.Script == ScriptHant || r.Script == "" && traditional.Written(r.Question)
}

// inTraditional gives an answer as it is read in Traditional characters. Its
// text is converted. Quotations, titles and whatever else is stored stays, with
// the converted words in Hant; those that the text holds are cut out of it, so
// that a page finds them there.
func (b *Bot) inTraditional(a Answer) Answer {
	original, converted := a.Text, traditional.Convert(a.Text)
	shown := func(words string) string {
		if at := strings.Index(original, words); at >= 0 {
			return converted.Traditional[converted.Offset(at):converted.Offset(at+len(words))]
		}
		return inTraditional(words)
	}
	a.Text, a.Label = converted.Traditional, inTraditional(a.Label)
	a.Citations, a.Nearest = slices.Clone(a.Citations), slices.Clone(a.Nearest)
	for i, c := range a.Citations {
		a.Citations[i].Hant = &Hant{
			Title: inTraditional(c.Title), Publisher: inTraditional(c.Publisher), Validity: inTraditional(c.Validity),
			Clause: inTraditional(c.Clause), Quote: shown(c.Quote),
		}
	}
	for i, l := range a.Nearest {
		a.Nearest[i].Hant = &Hant{Title: shown(l.Title), Publisher: inTraditional(l.Publisher)}
	}
	if len(a.Citations) > 0 {
		a.Hant = &Hant{Highlight: shown(a.Highlight), Note: inTraditional(b.say.Converted())}
	}
	a.More, a.Steps = inTraditional(a.More), slices.Clone(a.Steps)
	for i, s := range a.Steps {
		a.Steps[i] = inTraditional(s)
	}
	a.Suggestions = slices.Clone(a.Suggestions)
	for i, s := range a.Suggestions {
		a.Suggestions[i] = inTraditional(s)
	}
	if h := a.Handoff; h != nil {
		a.Handoff = &Handoff{Text: inTraditional(h.Text), Phone: h.Phone}
	}
	return a
}

func inTraditional(s string) string { return traditional.Convert(s).Traditional }
