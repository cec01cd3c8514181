package bot

import (
	"context"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"zhiwen/bot/directory"
	"zhiwen/bot/spelling"
	"zhiwen/prompts"
	"zhiwen/retrieval"
)

// Offices gives the 部门通讯录 as it stands now.
type Offices interface {
	Directory(ctx context.Context) (directory.Directory, error)
}

// freshFor is how long a directory that was read is used before it is read
// again: so long a change takes to be seen by every server.
const freshFor = 30 * time.Second

// offices keeps the directory at hand. It is safe for concurrent use.
type offices struct {
	source Offices // nil: there is none
	now    func() time.Time
	log    *slog.Logger

	mu     sync.Mutex
	read   time.Time // by the machine's clock; zero until it was read
	days   []directory.Day
	finder *directory.Finder
	terms  map[string]bool // of all names and duties
}

// at gives the directory of now. Where the store cannot be read, the last one
// goes on to be used.
func (o *offices) at(ctx context.Context) (*directory.Finder, []directory.Day, map[string]bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.source == nil || !o.read.IsZero() && time.Since(o.read) < freshFor {
		return o.finder, o.days, o.terms
	}
	o.read = time.Now()
	d, err := o.source.Directory(ctx)
	if err != nil {
		o.log.WarnContext(ctx, "the directory cannot be read; the last one is used", "cause", err)
		return o.finder, o.days, o.terms
	}
	o.days, o.finder, o.terms = d.Days, directory.NewFinder(d.Entries), map[string]bool{}
	for _, e := range d.Entries {
		words := append(append([]string{e.Name}, e.Aliases...), e.ResponsibleFor...)
		for _, t := range retrieval.Terms(strings.Join(words, "\n")) {
			o.terms[t] = true
		}
	}
	return o.finder, o.days, o.terms
}

// find gives the office that a question belongs to.
func (o *offices) find(ctx context.Context, q Question) (directory.Match, []directory.Day, bool) {
	finder, days, _ := o.at(ctx)
	if finder == nil {
		return directory.Match{}, nil, false
	}
	asked := directory.Question{Text: q.Text, Also: q.Also}
	for _, p := range q.Places {
		asked.Places = append(asked.Places, placeWords(q.Folded, p))
	}
	match, ok := finder.Find(asked)
	return match, days, ok
}

// vocabulary is that of a collection with the words of the directory.
type vocabulary struct {
	spelling.Vocabulary
	offices *offices
}

// DF implements spelling.Vocabulary.
func (v vocabulary) DF(ctx context.Context, terms []string) ([]int, int, error) {
	df, chunks, err := v.Vocabulary.DF(ctx, terms)
	if err != nil {
		return nil, 0, err
	}
	_, _, held := v.offices.at(ctx)
	for i, t := range terms {
		if held[t] {
			df[i]++
		}
	}
	return df, chunks, nil
}

// turnTo tells where to turn: the office that is responsible, if one is known,
// and the hotline. An answer in the documents' words gets it in Handoff alone,
// and only where the profile leads with the telephone.
func (b *Bot) turnTo(ctx context.Context, p Profile, m meaning, a *Answer) {
	routedAway := a.Mode == ModeFixed
	if a.Status == StatusEmergency || !routedAway && p != ProfileElder && m.Want != WantContact {
		return
	}
	match, days, known := b.offices.find(ctx, m.Question)
	if a.Handoff == nil {
		a.Handoff = &Handoff{Text: textHandoff, Phone: b.Phone}
	}
	switch asksNumber := known && contactPattern.MatchString(m.Folded); {
	case !routedAway && !known:
	case !routedAway && !asksNumber:
		b.introduce(a.Handoff, match.Entry, days)
	case !routedAway && holdsNumber(a.Citations):
		a.Text = b.say.OfficeLine(b.introduce(a.Handoff, match.Entry, days), b.Phone) + "\n" + a.Text
	case !routedAway, a.Status == StatusNoAnswer && known && (asksNumber || isAboutOffice(m.Question, match)):
		confidence := a.Confidence
		*a = b.fixed(StatusHandoff, "")
		a.Label, a.Confidence = labelOffice, confidence
		a.Text = b.say.OfficeLine(b.introduce(a.Handoff, match.Entry, days), b.Phone)
	case known && slices.Contains(officeHelps, a.Status):
		a.Text = joinLines(a.Text, b.say.TurnTo(b.introduce(a.Handoff, match.Entry, days), b.Phone))
	default:
		a.Text = joinLines(a.Text, b.say.TurnTo(nil, b.Phone))
	}
}

// holdsNumber reports whether quotations hold a telephone number.
func holdsNumber(cited []Citation) bool {
	return slices.ContainsFunc(cited, func(c Citation) bool { return numberPattern.MatchString(retrieval.FoldString(c.Quote)) })
}

var numberPattern = regexp.MustCompile(`\d{3,4}[-—]\d{7,8}|(?:^|\D)(?:1\d{10}|[2-9]\d{6,7})(?:\D|$)`)

// officeHelps are the statuses of turns that an office may take up.
var officeHelps = []Status{StatusNoAnswer, StatusHandoff, StatusPersonal}

// textHandoff is what the way to a person is called.
const textHandoff = "人工服务"

// introduce puts an office into the way to a person.
func (b *Bot) introduce(h *Handoff, e directory.Entry, days []directory.Day) *prompts.Office {
	now := b.Now()
	h.Department, h.DepartmentPhone, h.Hours, h.Address, h.CheckedOn = e.Name, e.Phone, e.Hours, e.Address, e.CheckedOn
	h.VerifyFirst = e.Stale(now)
	if hours, err := directory.ParseHours(e.Hours); err == nil {
		opening := hours.At(now, days)
		h.OpenNow = &opening.Open
		h.Note = b.sayOpening(opening)
		if !directory.Covers(days, now) && !hours.Always() {
			h.Note += b.say.Holidays()
		}
	}
	return &prompts.Office{
		Name: h.Department, Phone: h.DepartmentPhone, Hours: h.Hours, Address: h.Address,
		Checked: h.CheckedOn, Note: h.Note, Stale: h.VerifyFirst,
	}
}

func (b *Bot) sayOpening(o directory.Opening) string {
	switch {
	case o.Open:
		return b.say.Open()
	case o.Break:
		return b.say.Break(o.Next)
	}
	return b.say.Closed(o.Next)
}

// contactPattern asks for a telephone number: no card's, and not what else is
// done by telephone.
var contactPattern = regexp.MustCompile(`(?:电话|热线|联系方式|(?:^|[^证卡票件码])号码)(?:号码|是|多少|几多|好多|有没有|有吗|有不|给我|告诉我|发我|呢|吗|你那有不|[\s?!。])*$|` +
	`(?:多少|什么|哪个|给个|要个|求).{0,3}(?:电话|热线)|打(?:什么|哪个|几)(?:号|电话)|怎么联系`)

// isAboutOffice reports whether a question names an office and asks no more of
// it than when and where.
func isAboutOffice(q Question, match directory.Match) bool {
	return match.Named != "" && isPoor(strings.ReplaceAll(strings.ReplaceAll(q.Folded, " ", ""), match.Named, " "))
}

// joinLines puts a closing sentence after a text: on a line of its own where
// the text has several.
func joinLines(text, closing string) string {
	if strings.Contains(text, "\n") {
		return text + "\n" + closing
	}
	return text + closing
}

// configured are the strings that the way to a person shows, whole: no part of
// them may stand anywhere else.
func (h *Handoff) configured() []string {
	if h == nil {
		return nil
	}
	return []string{h.Note, h.DepartmentPhone, h.Hours, h.Address, h.Department, h.CheckedOn}
}
