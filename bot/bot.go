package bot

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"zhiwen/bot/blocklist"
	"zhiwen/bot/spelling"
	"zhiwen/prompts"
	"zhiwen/retrieval"
)

// Searcher finds passages; *retrieval.Searcher is one.
type Searcher interface {
	Search(ctx context.Context, q retrieval.Query) (retrieval.Result, error)
}

// Documents loads the stored text that a quotation is copied from.
type Documents interface {
	// Document gives a version by its ID, retrieval.ErrNotFound or
	// retrieval.ErrGone.
	Document(ctx context.Context, id string) (retrieval.Document, error)
}

// Pages finds the document of a page of the site.
type Pages interface {
	// DocumentOf gives the ID of the current version of the document at a URL,
	// retrieval.ErrNotFound if there is none.
	DocumentOf(ctx context.Context, url string) (id string, err error)
}

// Config is what a Bot works with. Search and Documents are required.
type Config struct {
	Search    Searcher
	Documents Documents
	Reader    Reader // nil: evidence is chosen by the scores of search alone
	// ReadBudget bounds the reading of one question; default 150 ms.
	ReadBudget time.Duration
	// Busy is how many questions are answered at once with reading: while there
	// are more, none of them is read for. Default 6.
	Busy int
	// Vocabulary is what pinyin and typing errors are read by; nil: questions
	// are read as they are typed.
	Vocabulary spelling.Vocabulary
	Curated    Curated        // nil: there are no curated answers
	Pages      Pages          // nil: only pages of the form /doc/{id} are known
	Offices    Offices        // nil: no office is known, only Phone
	Blocklist  Blocklist      // nil: our own lists
	Blocked    BlockedCounter // nil: hits are not counted
	// Synonyms gives those of the county, besides tables/synonyms.txt; nil: none.
	// It is asked for every question, and gives another slice when they change.
	Synonyms func() []Synonym
	Phone    string   // shown with every refusal; default 12345
	Writer   Writer   // nil: every answer is in the documents' own words
	Ledger   Ledger   // nil: generation is always on and not counted
	Limits   Limits   // of generation
	Receipts Receipts // nil: none is kept
	// Producer names who is responsible for generated text in its metadata
	// (GB 45438-2025, Annex E): printable ASCII, such as a 网站标识码.
	Producer string
	// StaleMonths is the age from which a source of what changes from year to year
	// is called old, StalePhoneMonths that for telephone numbers; default 24 and 12.
	StaleMonths, StalePhoneMonths int
	Threshold                     float64          // of the refusal gate; default DefaultThreshold
	Now                           func() time.Time // default time.Now
	Log                           *slog.Logger     // default slog.Default()
}

// Bot answers questions. It is safe for concurrent use.
type Bot struct {
	Config
	guard   []guardRule
	offices *offices
	say     *prompts.Sentences
	ask     *prompts.Model
	kept    kept
	dialect dialect
	book    *book // nil without curated answers

	answering atomic.Int64 // questions that are searched and read for now
	unread    atomic.Int64 // see Unread
	together  together
}

// New makes a Bot. It fails only where an embedded table is broken.
func New(c Config) (*Bot, error) {
	if c.Search == nil || c.Documents == nil {
		return nil, fmt.Errorf("bot: Search and Documents must be set")
	}
	say, err := prompts.NewSentences()
	if err != nil {
		return nil, err
	}
	ask, err := prompts.NewModel()
	if err != nil {
		return nil, err
	}
	rules, err := parseGuard(guardTable, say)
	if err != nil {
		return nil, err
	}
	c.Phone = cmp.Or(c.Phone, "12345")
	c.StaleMonths, c.StalePhoneMonths = cmp.Or(c.StaleMonths, 24), cmp.Or(c.StalePhoneMonths, 12)
	c.Threshold = cmp.Or(c.Threshold, DefaultThreshold)
	c.ReadBudget, c.Busy = cmp.Or(c.ReadBudget, defaultReadBudget), cmp.Or(c.Busy, defaultBusy)
	if c.Now == nil {
		c.Now = time.Now
	}
	c.Log = cmp.Or(c.Log, slog.Default())
	if c.Blocklist == nil {
		if c.Blocklist, err = blocklist.Default(); err != nil {
			return nil, err
		}
	}
	c.Limits = c.Limits.withDefaults()
	kept, err := newKept()
	if err != nil {
		return nil, fmt.Errorf("remember what a model wrote: %w", err)
	}
	b := &Bot{Config: c, kept: kept, guard: rules, say: say, ask: ask}
	b.offices = &offices{source: c.Offices, now: c.Now, log: c.Log}
	if c.Curated != nil {
		b.book = &book{source: c.Curated, now: c.Now}
	}
	return b, nil
}

// Ask answers one question and tells s, which may be nil, how it goes.
func (b *Bot) Ask(ctx context.Context, r Request, s Sink) (Answer, error) {
	started := b.Now()
	if s == nil {
		s = silent{}
	}
	if err := s.Stage("search"); err != nil {
		return Answer{}, err
	}
	e, err := b.Examine(ctx, r, 0)
	if err != nil {
		return Answer{}, err
	}
	heard := &once{Sink: s}
	writing := Sink(heard)
	if r.wantsHant() {
		writing = silent{} // it is converted whole
	}
	a, generated, err := b.worded(ctx, r, e.Question, e.Said, writing)
	if err != nil {
		return Answer{}, err
	}
	a.Generated = generated
	if a.Mode == ModeGenerated {
		a.Metadata = newMetadata(b.Producer, a.ID)
	}
	b.keep(ctx, a)
	if r.Profile == ProfileElder {
		a = b.plain(a, e.Question)
	}
	if r.wantsHant() {
		a = b.inTraditional(a)
	}
	a.TookMS = b.Now().Sub(started).Milliseconds()
	if heard.said > 0 {
		return a, nil // it was told as it was written, and what differs is final
	}
	return a, tell(heard, a)
}

// once is a Sink that is told the sources once, and knows whether words were
// said.
type once struct {
	Sink
	sources bool
	said    int
}

func (o *once) Sources(citations []Citation) error {
	if o.sources {
		return nil
	}
	o.sources = true
	return o.Sink.Sources(citations)
}

func (o *once) Delta(text string) error {
	o.said++
	return o.Sink.Delta(text)
}

// Examination is an answer with what it was chosen from; for evaluation and
// for staff who want to see why.
type Examination struct {
	Said     Answer              // what Ask says
	Open     Answer              // what it would quote if it had to
	Passages []retrieval.Passage // best first
	Windows  []Window            // that were weighed, best first
	Question Question
	Signals  Signals // of the leading window
}

// searchDepth is how many passages a question brings in.
const searchDepth = 10

// Examine answers a question and keeps what led to the answer. depth is the
// number of passages to rank; 0 means as many as Ask does.
func (b *Bot) Examine(ctx context.Context, r Request, depth int) (Examination, error) {
	if r.Chosen != nil {
		return b.chosen(ctx, *r.Chosen)
	}
	m, err := b.meaning(ctx, r)
	if err != nil {
		return Examination{}, err
	}
	e := Examination{Question: m.Question}
	route, ok := b.route(ctx, m.own)
	if ok && !route.late {
		e.Said = b.routed(route, nil)
		e.Open = e.Said
	} else if e, err = b.curatedOrFound(ctx, m, depth); err != nil {
		return Examination{}, err
	} else if ok && e.Said.Status == StatusNoAnswer {
		confidence := e.Said.Confidence
		e.Said = b.routed(route, e.Passages)
		e.Said.Confidence = confidence
	}
	b.turnTo(ctx, r.Profile, m, &e.Said)
	b.tellMeaning(m, &e.Said)
	b.condole(m.own, &e.Said)
	return e, nil
}

// route gives the route of a question that is not to be searched for, or not to be
// refused like others; an emergency goes before the lists of blocked terms.
func (b *Bot) route(ctx context.Context, q Question) (route, bool) {
	r, ok := guard(b.guard, q)
	if r.status != StatusEmergency && b.isBlocked(ctx, q) {
		return route{status: StatusBlocked, sentence: string(StatusBlocked)}, true
	}
	return r, ok
}

// curatedOrFound answers as staff have, or else from the documents.
func (b *Bot) curatedOrFound(ctx context.Context, m meaning, depth int) (Examination, error) {
	if len(m.filter.Docs) == 0 { // not about the open page alone
		if e, ok, err := b.curated(ctx, m.Question); ok || err != nil {
			return e, err
		}
	}
	return b.together.examine(ctx, m.key(depth), func() (Examination, error) { return b.answer(ctx, m, depth) })
}

// answer searches and reads.
func (b *Bot) answer(ctx context.Context, m meaning, depth int) (Examination, error) {
	b.answering.Add(1)
	defer b.answering.Add(-1)
	q := m.Question
	query := retrieval.Query{Text: q.Text, Words: q.Core, Also: q.Also, Filter: m.When.filter(m.filter), Limit: cmp.Or(depth, searchDepth)}
	result, err := b.searchPlaces(ctx, q, query)
	if err != nil {
		return Examination{}, fmt.Errorf("search: %w", err)
	}
	if result.Warning != nil {
		b.Log.WarnContext(ctx, "searched by words alone", "cause", result.Warning)
	}
	if err := b.lookForYears(ctx, m, &result); err != nil {
		return Examination{}, err
	}
	if e, ok, err := b.aboutDocument(ctx, m, result); ok || err != nil {
		return e, err
	}
	if e, ok, err := b.fromGuide(ctx, m, result); ok || err != nil {
		return e, err
	}
	return b.read(ctx, q, result)
}

// silent is a Sink that nobody listens to.
type silent struct{}

func (silent) Stage(string) error       { return nil }
func (silent) Sources([]Citation) error { return nil }
func (silent) Delta(string) error       { return nil }

// tell streams a finished answer: sources first, then sentence by sentence.
func tell(s Sink, a Answer) error {
	if len(a.Citations) > 0 {
		if err := s.Sources(a.Citations); err != nil {
			return err
		}
	}
	at := 0
	for _, sentence := range retrieval.Sentences(a.Text) {
		if err := s.Delta(a.Text[at:sentence.End]); err != nil {
			return err
		}
		at = sentence.End
	}
	if at < len(a.Text) {
		return s.Delta(a.Text[at:])
	}
	return nil
}

func newAnswerID() string {
	var b [8]byte
	rand.Read(b[:]) // never fails, see crypto/rand
	return hex.EncodeToString(b[:])
}
