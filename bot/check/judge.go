package check

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"zhiwen/retrieval"
)

// Thresholds of nearness, on alignment.score.
const (
	// alteredScore is the least nearness of a sentence that was changed and
	// not written anew.
	alteredScore = 0.62
	// shortScore is that of sentences of fewer than shortTokens, which are like
	// others by chance.
	shortScore  = 0.7
	shortTokens = 12
	// alteredEqual is the least number of tokens that it still shares.
	alteredEqual = 4
	// nearScore is the least nearness of what is shown beside a sentence that
	// was not found.
	nearScore = 0.45
	// alignShare is the least share of a sentence's pairs in a chunk that is
	// aligned with it, alignChunks how many of them are.
	alignShare  = 0.25
	alignChunks = 4
	// alignTokens and alignCells bound one alignment.
	alignTokens = 1_500
	alignCells  = 4_000_000
	// exactTexts bounds the texts that say a sentence letter by letter and are
	// looked at to choose the best of them.
	exactTexts = 4
)

// checking is one check on its way.
type checking struct {
	checker   *Checker
	titles    *catalogue
	materials *source // nil: there are none
	stored    *source
	period    period
	findings  []Finding
	missing   map[string]*Missing
	inMissing []string // their keys, in order of appearance
	at        int      // segments judged
	places    []place  // of the segments
}

// place is where a verbatim sentence stands.
type place struct {
	doc        string
	start, end int // bytes of the original
}

func newChecking(c *Checker, d Draft, titles *catalogue) *checking {
	k := &checking{checker: c, titles: titles, stored: newSource(c.collection, false), missing: map[string]*Missing{}}
	if len(d.Materials) > 0 {
		k.materials = newSource(newShelf(d.Materials), true)
	}
	if k.period = draftPeriod(d.Title, d.Text); d.Period != "" {
		k.period = period{d.Period, d.Period, d.Period}
	}
	return k
}

// evidence is what a source says of a sentence.
type evidence struct {
	exact []located // in force first, whole sentences first
	near  *nearest  // nil: nothing is
}

// nearest is the passage that is most like a sentence, within its whole text.
type nearest struct {
	text *stored
	alignment
}

// judge gives the segments their verdicts.
func (k *checking) judge(ctx context.Context, batch []Segment) error {
	sentences := make([]*wording, len(batch))
	for i := range batch {
		sentences[i] = newWording(batch[i].Text)
	}
	materials := make([]evidence, len(batch))
	if k.materials != nil {
		var err error
		if materials, err = k.look(ctx, k.materials, sentences); err != nil {
			return err
		}
	}
	stored, err := k.look(ctx, k.stored, sentences)
	if err != nil {
		return err
	}
	for i := range batch {
		if err := k.decide(ctx, &batch[i], sentences[i], materials[i], stored[i]); err != nil {
			return err
		}
		k.at++
	}
	return nil
}

// look finds what a source says of sentences.
func (k *checking) look(ctx context.Context, s *source, sentences []*wording) ([]evidence, error) {
	found := make([]evidence, len(sentences))
	var open []int
	for i, w := range sentences {
		// Most sentences of a draft follow one another in their source, too.
		if found[i].exact = k.amongRead(s, w); found[i].exact == nil {
			open = append(open, i)
		}
	}
	asked := make([]*wording, len(open))
	for n, i := range open {
		asked[n] = sentences[i]
	}
	candidates, err := s.candidates(ctx, asked)
	if err != nil {
		return nil, err
	}
	for n, i := range open {
		if found[i], err = k.compare(ctx, s, asked[n], candidates[n]); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// readTexts is how many of the texts read last are searched before all others.
const readTexts = 4

// amongRead finds a whole sentence in the texts in force that were read last.
func (k *checking) amongRead(s *source, w *wording) []located {
	if len(w.tokens) < 2 {
		return nil
	}
	for _, t := range s.texts[:min(readTexts, len(s.texts))] {
		if l, ok := locate(w.folded.Text, t); ok && !l.cut && (s.material || k.titles.inForce(t.Meta)) {
			return []located{l}
		}
	}
	return nil
}

// compare looks through the candidates of a sentence.
func (k *checking) compare(ctx context.Context, s *source, w *wording, candidates []candidate) (evidence, error) {
	var e evidence
	looked := map[string]bool{}
	take := func(c candidate) error {
		if looked[c.Doc.ID] || len(looked) >= exactTexts {
			return nil
		}
		looked[c.Doc.ID] = true
		t, err := s.text(ctx, c.Doc.ID)
		if err != nil || t == nil {
			return err
		}
		if l, ok := locate(w.folded.Text, t); ok {
			e.exact = append(e.exact, l)
		}
		return nil
	}
	if len(w.tokens) == 0 {
		return e, nil
	}
	for _, c := range k.preferred(candidates) {
		if !strings.Contains(c.text.folded.Text, w.folded.Text) {
			continue
		}
		if err := take(c); err != nil {
			return e, err
		}
		if n := len(e.exact); n > 0 && !e.exact[n-1].cut && (s.material || k.titles.inForce(e.exact[n-1].text.Meta)) {
			break
		}
	}
	if len(e.exact) == 0 {
		if err := k.align(ctx, s, w, candidates, &e, take); err != nil {
			return e, err
		}
	}
	slices.SortStableFunc(e.exact, func(a, b located) int {
		return cmp.Or(-compareBool(k.titles.inForce(a.text.Meta), k.titles.inForce(b.text.Meta)), compareBool(a.cut, b.cut))
	})
	return e, nil
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// preferred puts chunks of documents in force first, and else keeps the order.
func (k *checking) preferred(candidates []candidate) []candidate {
	ordered := slices.Clone(candidates)
	slices.SortStableFunc(ordered, func(a, b candidate) int {
		return -compareBool(k.titles.inForce(a.Doc), k.titles.inForce(b.Doc))
	})
	return ordered
}

// align lays a sentence on the chunks that share most with it, and on the text
// around the best of them: there it may also be found letter by letter, across
// the border of two chunks.
func (k *checking) align(ctx context.Context, s *source, w *wording, candidates []candidate, e *evidence, take func(candidate) error) error {
	if len(w.tokens) > alignTokens {
		return nil
	}
	type fitted struct {
		candidate
		alignment
	}
	var best []fitted
	for _, c := range candidates[:min(alignChunks, len(candidates))] {
		if c.share >= alignShare && len(w.tokens)*len(c.text.tokens) <= alignCells {
			best = append(best, fitted{c, align(w, c.text, 0, len(c.text.tokens))})
		}
	}
	slices.SortStableFunc(best, func(a, b fitted) int {
		return cmp.Or(cmp.Compare(b.score, a.score), -compareBool(k.titles.inForce(a.Doc), k.titles.inForce(b.Doc)))
	})
	for i, f := range best {
		if f.score < nearScore*0.7 || i >= 2 || i > 0 && f.score < best[0].score-0.05 {
			break
		}
		if err := take(f.candidate); err != nil {
			return err
		}
		if len(e.exact) > 0 {
			return nil
		}
		t, err := s.text(ctx, f.Doc.ID)
		if err != nil {
			return err
		}
		if t == nil {
			continue
		}
		margin := 2 * len(w.original)
		lo, hi := t.tokenRange(max(f.Chunk.Start-margin, 0), min(f.Chunk.End+margin, len(t.Text)))
		if len(w.tokens)*(hi-lo) > alignCells {
			continue
		}
		if a := align(w, t.wording, lo, hi); e.near == nil || a.score > e.near.score {
			e.near = &nearest{t, a}
		}
	}
	return nil
}

// decide gives one segment its verdict.
func (k *checking) decide(ctx context.Context, s *Segment, w *wording, materials, stored evidence) error {
	k.places = append(k.places, place{})
	refs := references(*s)
	s.Parts = k.named(s, refs)
	if len(w.tokens) == 0 || !hasWords(w) {
		return nil
	}
	switch {
	case len(materials.exact) > 0:
		k.verbatim(s, materials.exact[0])
		return nil
	case materials.near != nil && k.isAltered(s, w, materials.near):
		k.altered(s, w, materials.near)
		return nil
	case len(stored.exact) > 0 && k.titles.inForce(stored.exact[0].text.Meta):
		k.places[k.at] = k.verbatim(s, stored.exact[0])
		return nil
	case len(stored.exact) > 0:
		return k.superseded(ctx, s, w, stored.exact[0].text, stored.exact[0].start, stored.exact[0].end)
	}
	if done, err := k.oldVersion(ctx, s, w, stored.near); done || err != nil {
		return err
	}
	if done, err := k.reference(ctx, s, refs, stored.near); done || err != nil {
		return err
	}
	if m, ok := k.asTitle(w); ok {
		s.Verdict, s.Reason = Verbatim, ReasonTitle
		m.Diff, m.Score = []Op{{Equal, s.Text}}, 1
		s.Matches = append(s.Matches, m)
		return nil
	}
	near := stored.near
	switch {
	case near != nil && k.otherPeriod(s, near):
		s.Verdict, s.Reason = NotFound, ReasonOtherPeriod
		s.Matches = append(s.Matches, k.match(w, near, RolePrevious))
		return nil
	case near != nil && k.isAltered(s, w, near):
		k.altered(s, w, near)
		return nil
	case near != nil && near.score >= nearScore:
		s.Matches = append(s.Matches, k.match(w, near, RoleSource))
	}
	if s.Reason == "" && k.citesMissing(s) {
		s.Reason = ReasonDocumentMissing
	}
	return k.parts(ctx, s)
}

// hasWords holds for sentences that say anything: a letter or a figure.
func hasWords(w *wording) bool {
	return slices.ContainsFunc(w.tokens, func(t token) bool { return !t.isMark() })
}

func (k *checking) isAltered(s *Segment, w *wording, n *nearest) bool {
	least := alteredScore
	if len(w.tokens) < shortTokens {
		least = shortScore
	}
	return n.equal >= alteredEqual && n.score >= least && !k.otherPeriod(s, n)
}

// verbatim says where a sentence stands letter by letter. Materials have no
// place: they are read in no order.
func (k *checking) verbatim(s *Segment, l located) place {
	s.Verdict = Verbatim
	if l.cut {
		s.Reason = ReasonCut
	}
	m := k.exactMatch(s.Text, l, RoleSource)
	s.Matches = append(s.Matches, m)
	if m.Material {
		return place{}
	}
	return place{m.DocID, m.Start, m.End}
}

func (k *checking) altered(s *Segment, w *wording, n *nearest) {
	m := k.match(w, n, RoleSource)
	s.Verdict, s.Reason = Altered, changeReason(n.alignment, w, n.text.wording)
	s.Matches = append(s.Matches, m)
}

// superseded shows a text that is no longer in force and what is in its place.
func (k *checking) superseded(ctx context.Context, s *Segment, w *wording, t *stored, start, end int) error {
	s.Verdict, s.Reason = Superseded, ReasonNotInForce
	if t.State == retrieval.StateSuperseded {
		s.Reason = ReasonOldVersion
	}
	s.Matches = append(s.Matches, k.exactMatch(s.Text, located{text: t, start: start, end: end}, RoleSource))
	next, ok := k.titles.successor(t.Meta)
	if !ok {
		return nil
	}
	in, err := k.stored.text(ctx, next.ID)
	if err != nil || in == nil {
		return err
	}
	if n := k.within(w, in); n != nil && n.score >= nearScore {
		s.Matches = append(s.Matches, k.match(w, n, RoleInForce))
	}
	return nil
}

// oldVersion looks for a sentence in the earlier versions of the document that
// is nearest to it.
func (k *checking) oldVersion(ctx context.Context, s *Segment, w *wording, n *nearest) (bool, error) {
	if n == nil || n.score < nearScore {
		return false, nil
	}
	for _, m := range k.titles.older[n.text.Key] {
		t, err := k.stored.text(ctx, m.ID)
		if err != nil {
			return false, err
		}
		if t == nil {
			continue
		}
		if l, ok := locate(w.folded.Text, t); ok {
			s.Verdict, s.Reason = Superseded, ReasonOldVersion
			s.Matches = append(s.Matches, k.exactMatch(s.Text, l, RoleSource), k.match(w, n, RoleInForce))
			return true, nil
		}
	}
	return false, nil
}

// within finds the passage of one text that is nearest to a sentence.
func (k *checking) within(w *wording, t *stored) *nearest {
	if len(w.tokens) == 0 || len(w.tokens) > alignTokens {
		return nil
	}
	pairs := pairs(w.tokens)
	const window = 400 // tokens
	size := max(window, 3*len(w.tokens))
	var best *nearest
	type part struct {
		lo, hi int
		share  float64
	}
	var parts []part
	for lo := 0; lo < len(t.tokens); lo += size / 2 {
		hi := min(lo+size, len(t.tokens))
		if sh := share(pairs, t.tokens[lo:hi]); sh >= alignShare {
			parts = append(parts, part{lo, hi, sh})
		}
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(b.share, a.share) })
	for _, p := range parts[:min(alignChunks, len(parts))] {
		if len(w.tokens)*(p.hi-p.lo) > alignCells {
			continue
		}
		if a := align(w, t.wording, p.lo, p.hi); best == nil || a.score > best.score {
			best = &nearest{t, a}
		}
	}
	return best
}
