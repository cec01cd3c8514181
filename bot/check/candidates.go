package check

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"zhiwen/retrieval"
)

// How chunks that may hold a sentence are found.
const (
	// rareMost is how many chunks may hold a term that is read at once, and
	// commonMost one that is read because its sentence has no rarer ones.
	rareMost   = 4_000
	commonMost = 200_000
	// votingTerms of a sentence are read, the rarest; fewer than leastTerms
	// rare ones are too few.
	votingTerms = 16
	leastTerms  = 4
	// votingRows bounds the rows that they may have together.
	votingRows = 60_000
	// candidateChunks of a sentence are read from the store.
	candidateChunks = 24
)

// candidate is a chunk that may hold a sentence.
type candidate struct {
	retrieval.Passage
	text  *wording
	share float64 // of the sentence's pairs of characters that the chunk holds
}

// candidates gives, for each sentence, the chunks that share the most and
// rarest terms with it, best first.
func (s *source) candidates(ctx context.Context, sentences []*wording) ([][]candidate, error) {
	if s.kept > maxKept {
		clear(s.holders)
		s.kept = 0
	}
	terms := make([][]string, len(sentences))
	for i, w := range sentences {
		terms[i] = words(w)
	}
	if err := s.lookUp(ctx, distinct(slices.Concat(terms...)), rareMost); err != nil {
		return nil, err
	}
	var more []string
	for _, own := range terms {
		more = append(more, s.tooCommon(own)...)
	}
	if err := s.lookUp(ctx, distinct(more), commonMost); err != nil {
		return nil, err
	}
	rows := make([][]int64, len(sentences))
	for i, own := range terms {
		rows[i] = s.vote(own)
	}
	return s.load(ctx, sentences, rows)
}

// words are the terms of a sentence that stand in its text, with white space
// and without.
func words(w *wording) []string {
	terms := append(retrieval.Terms(w.original), retrieval.Terms(w.folded.Text)...)
	return slices.DeleteFunc(distinct(terms), retrieval.IsIdentifier)
}

func distinct(terms []string) []string {
	slices.Sort(terms)
	return slices.Compact(terms)
}

// lookUp reads the holders of terms that are not known to that extent yet.
func (s *source) lookUp(ctx context.Context, terms []string, most int) error {
	unknown := slices.DeleteFunc(slices.Clone(terms), func(t string) bool {
		h, ok := s.holders[t]
		return ok && (h.Rows != nil || h.About == 0 || h.read >= most)
	})
	if len(unknown) == 0 {
		return nil
	}
	found, err := s.Holders(ctx, unknown, most)
	if err != nil {
		return err
	}
	for i, h := range found {
		s.holders[unknown[i]] = termHolders{h, most}
		s.kept += len(h.Rows)
	}
	return nil
}

// maxKept bounds the rows that are kept from batch to batch: 64 MB.
const maxKept = 8 << 20

// termHolders are holders with how many were asked for.
type termHolders struct {
	retrieval.TermHolders
	read int
}

// tooCommon gives the terms to read of a sentence that has too few rare ones.
func (s *source) tooCommon(terms []string) []string {
	var rare int
	var common []string
	for _, t := range terms {
		switch h := s.holders[t]; {
		case h.About == 0:
		case h.Rows != nil:
			rare++
		default:
			common = append(common, t)
		}
	}
	if rare >= leastTerms {
		return nil
	}
	slices.SortFunc(common, func(a, b string) int { return cmp.Compare(s.holders[a].About, s.holders[b].About) })
	return common[:min(leastTerms-rare, len(common))]
}

// vote gives the rows that hold the most of a sentence's rarest terms.
func (s *source) vote(terms []string) []int64 {
	var known []string
	for _, t := range terms {
		if h := s.holders[t]; len(h.Rows) > 0 {
			known = append(known, t)
		}
	}
	slices.SortFunc(known, func(a, b string) int {
		return cmp.Or(cmp.Compare(s.holders[a].About, s.holders[b].About), cmp.Compare(a, b))
	})
	read := 0
	for i, t := range known[:min(votingTerms, len(known))] {
		rows := s.holders[t].Rows
		if read += len(rows); i >= leastTerms && read > votingRows {
			break
		}
		weight := float32(math.Log(2 + float64(commonMost)/float64(len(rows))))
		for _, row := range rows {
			s.votes.add(row, weight)
		}
	}
	return s.votes.take(candidateChunks)
}

// load reads the chunks and measures what each sentence shares with its own.
func (s *source) load(ctx context.Context, sentences []*wording, rows [][]int64) ([][]candidate, error) {
	all := slices.Concat(rows...)
	slices.Sort(all)
	passages, err := s.Passages(ctx, slices.Compact(all))
	if err != nil {
		return nil, err
	}
	read := make(map[int64]*candidate, len(passages))
	for _, p := range passages {
		read[p.Row] = &candidate{Passage: p, text: newWording(p.Chunk.Text)}
	}
	found := make([][]candidate, len(sentences))
	for i, w := range sentences {
		pairs := pairs(w.tokens)
		for _, row := range rows[i] {
			if c := read[row]; c != nil {
				own := *c
				own.share = share(pairs, c.text.tokens)
				found[i] = append(found[i], own)
			}
		}
		slices.SortStableFunc(found[i], func(a, b candidate) int { return cmp.Compare(b.share, a.share) })
	}
	return found, nil
}

type pair struct{ a, b string }

func pairs(tokens []token) map[pair]bool {
	set := make(map[pair]bool, len(tokens))
	for i := 1; i < len(tokens); i++ {
		set[pair{tokens[i-1].text, tokens[i].text}] = true
	}
	return set
}

// share is the part of the pairs that stand in tokens; of a sentence of one
// token there are none.
func share(pairs map[pair]bool, tokens []token) float64 {
	if len(pairs) == 0 {
		return 0
	}
	seen := make(map[pair]bool, len(pairs))
	for i := 1; i < len(tokens); i++ {
		if p := (pair{tokens[i-1].text, tokens[i].text}); pairs[p] {
			seen[p] = true
		}
	}
	return float64(len(seen)) / float64(len(pairs))
}

// located is a place where a stored text says a sentence letter by letter.
type located struct {
	text       *stored
	start, end int // bytes of the tight text
	cut        bool
}

// locate finds a sentence in a text: the first place where it is a sentence by
// itself, else the first place where no figure is cut.
func locate(sentence string, in *stored) (located, bool) {
	var first *located
	for from := 0; ; {
		i := strings.Index(in.folded.Text[from:], sentence)
		if i < 0 {
			break
		}
		l := located{text: in, start: from + i, end: from + i + len(sentence)}
		from = l.start + 1
		if in.cutsFigure(l.start) || in.cutsFigure(l.end) {
			continue
		}
		l.cut = in.cutAt(l.start, l.end)
		if !l.cut {
			return l, true
		}
		if first == nil {
			first = &l
		}
	}
	if first == nil {
		return located{}, false
	}
	return *first, true
}
