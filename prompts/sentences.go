// Package prompts holds the words of ours that visitors read and what a
// language model is asked, as template files with typed inputs. They are never
// evidence.
package prompts

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"
)

//go:embed sentences.tmpl
var sentencesFile string

// Inputs of the sentences; each uses the fields it names in sentences.tmpl.
type inputs struct {
	Phone    string
	Place    string
	Relative string // 去年, empty where the visitor named a number
	Asked    int    // year
	Have     int    // year, 0 if unknown
	Words    []string
	Validity string
	Text     string // a question as it was understood
	Title    string
	Office   *Office
	Items    int
	Steps    int
	sourceInputs
}

// Office is an office of the directory, as sentences name it.
type Office struct {
	Name, Phone, Hours, Address string
	Checked                     string // the day, as it is shown; empty if unknown
	Note                        string // whether it is open: a sentence; may be empty
	Stale                       bool   // nobody has checked it for long
}

// Sentences renders the fixed sentences. It is safe for concurrent use.
type Sentences struct{ templates *template.Template }

// NewSentences parses the embedded file and tries every sentence once, so that
// no later call can fail.
func NewSentences() (*Sentences, error) {
	templates, err := template.New("sentences.tmpl").Option("missingkey=error").Parse(sentencesFile + sourcesFile)
	if err != nil {
		return nil, fmt.Errorf("parse the sentences: %w", err)
	}
	for _, t := range templates.Templates() {
		err := t.Execute(&strings.Builder{}, inputs{})
		if err == nil {
			err = t.Execute(&strings.Builder{}, inputs{Office: &Office{}})
		}
		if err != nil {
			return nil, fmt.Errorf("try the sentence %q: %w", t.Name(), err)
		}
	}
	return &Sentences{templates}, nil
}

func (s *Sentences) say(name string, in inputs) string {
	var b strings.Builder
	if err := s.templates.ExecuteTemplate(&b, name, in); err != nil {
		panic(err) // NewSentences has tried it
	}
	return b.String()
}

// Has reports whether there is a sentence of that name.
func (s *Sentences) Has(name string) bool { return s.templates.Lookup(name) != nil }

// Routed is said for a question that is routed before search, by the name of
// its sentence, which must be there.
func (s *Sentences) Routed(name, phone string) string { return s.say(name, inputs{Phone: phone}) }

// TurnTo names the office that is responsible, which may be nil, and the phone.
func (s *Sentences) TurnTo(o *Office, phone string) string {
	return s.say("turn_to", inputs{Office: o, Phone: phone})
}

// OfficeLine gives an office's phone, hours and address, and the phone besides.
func (s *Sentences) OfficeLine(o *Office, phone string) string {
	return s.say("office", inputs{Office: o, Phone: phone})
}

// Open says that an office is open now.
func (s *Sentences) Open() string { return s.say("open", inputs{}) }

// Break says that it is closed over lunch, and when it opens.
func (s *Sentences) Break(next string) string { return s.say("break", inputs{Text: next}) }

// Closed says that it is closed, and when it opens; next may be empty.
func (s *Sentences) Closed(next string) string { return s.say("closed", inputs{Text: next}) }

// Holidays says that holidays are not known.
func (s *Sentences) Holidays() string { return s.say("holidays", inputs{}) }

// Withheld stands where an answer quoted what was withdrawn since.
func (s *Sentences) Withheld() string { return s.say("withheld", inputs{}) }

// Condolence goes before what is said to somebody who tells of a death.
func (s *Sentences) Condolence() string { return s.say("condolence", inputs{}) }

// NoAnswer says that the collection does not hold the answer.
func (s *Sentences) NoAnswer() string { return s.say("no_answer", inputs{}) }

// Nearest leads the titles of documents that may help.
func (s *Sentences) Nearest() string { return s.say("nearest", inputs{}) }

// WhichPlace asks which of several places a question is about.
func (s *Sentences) WhichPlace(names []string) string {
	return s.say("which_place", inputs{Words: names})
}

// NoSuchDocNo says that a 文号 is unknown.
func (s *Sentences) NoSuchDocNo() string { return s.say("no_such_doc_no", inputs{}) }

// NoSuchAmount says that no text holds the figure that the visitor named.
func (s *Sentences) NoSuchAmount(words string) string {
	return s.say("no_such_amount", inputs{Text: words})
}

// OtherAmount leads what the source says in place of the visitor's figure.
func (s *Sentences) OtherAmount(words string) string {
	return s.say("other_amount", inputs{Text: words})
}

// NoSuchTitle says that a 《title》 is unknown.
func (s *Sentences) NoSuchTitle() string { return s.say("no_such_title", inputs{}) }

// NoSuchPlace names the place that the collection lacks.
func (s *Sentences) NoSuchPlace(place string) string {
	return s.say("no_such_place", inputs{Place: place})
}

// NoSuchYear names the year asked for, the visitor's word for it (may be
// empty), and the year that there is (0: none is known).
func (s *Sentences) NoSuchYear(asked int, relative string, have int) string {
	return s.say("no_such_year", inputs{Asked: asked, Relative: relative, Have: have})
}

// OtherYear leads an answer from another year than the relative one asked.
func (s *Sentences) OtherYear(asked int, relative string, have int) string {
	return s.say("other_year", inputs{Asked: asked, Relative: relative, Have: have})
}

// SameYear leads an answer from the year that a word like 去年 stands for.
func (s *Sentences) SameYear(asked int, relative string) string {
	return s.say("same_year", inputs{Asked: asked, Relative: relative})
}

// Planned leads what is planned and not done.
func (s *Sentences) Planned() string { return s.say("planned", inputs{}) }

// GoalOnly says that the source speaks of a goal, in these of its words.
func (s *Sentences) GoalOnly(words []string) string { return s.say("goal_only", inputs{Words: words}) }

// NotNamed says that the source names nobody but in these of its words.
func (s *Sentences) NotNamed(words []string) string { return s.say("not_named", inputs{Words: words}) }

// Listed leads the parts of a list.
func (s *Sentences) Listed() string { return s.say("listed", inputs{}) }

// Step leads the first step of a list that is said in steps.
func (s *Sentences) Step(items, steps int) string {
	return s.say("step", inputs{Items: items, Steps: steps})
}

// NoSection says that a part of a document that was chosen is not there.
func (s *Sentences) NoSection() string { return s.say("no_section", inputs{}) }

// FromGuide leads what a guide says: its title, which may be empty, and the
// headings that the quotation stands below.
func (s *Sentences) FromGuide(title string, headings []string) string {
	return s.say("from_guide", inputs{Title: title, Words: headings})
}

// WhichCase asks which of several cases a question is about.
func (s *Sentences) WhichCase(cases []string) string {
	return s.say("which_case", inputs{Words: cases})
}

// FromArticle leads an article of a law: "《…》第十四条：".
func (s *Sentences) FromArticle(title, label string) string {
	return s.say("from_article", inputs{Title: title, Text: label})
}

// NoSuchClause says that a law has no such article.
func (s *Sentences) NoSuchClause(title, label string) string {
	return s.say("no_such_clause", inputs{Title: title, Text: label})
}

// PublishedOn tells a document's date of publication.
func (s *Sentences) PublishedOn(title, day string) string {
	return s.say("published_on", inputs{Title: title, Text: day})
}

// PublishedBy tells who published a document.
func (s *Sentences) PublishedBy(title, publisher string) string {
	return s.say("published_by", inputs{Title: title, Text: publisher})
}

// Numbered tells a document's 文号.
func (s *Sentences) Numbered(title, docNo string) string {
	return s.say("numbered", inputs{Title: title, Text: docNo})
}

// ListCut says that a list goes on, and how many items it has in all.
func (s *Sentences) ListCut(items string) string { return s.say("list_cut", inputs{Text: items}) }

// Outdated warns that a document is marked 废止 or 失效.
func (s *Sentences) Outdated(validity string) string {
	return s.say("outdated", inputs{Validity: validity})
}

// Understood says what was searched for where it is not what was typed.
func (s *Sentences) Understood(text string) string { return s.say("understood", inputs{Text: text}) }

// OnPage says that a question was taken to be about the page it is asked on.
func (s *Sentences) OnPage(title string) string { return s.say("on_page", inputs{Title: title}) }

// Converted marks quotations that are shown in Traditional characters.
func (s *Sentences) Converted() string { return s.say("converted", inputs{}) }
