package spelling

import (
	"context"
	"math"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Limits of what is read as pinyin.
const (
	// readingsTried is how many characters a syllable may stand for.
	readingsTried = 30
	// readingsPaired bounds the pairs that the collection is asked for besides
	// those of known words: the sum of their ranks among the readings.
	readingsPaired = 10
	// syllableLetters is the length of the longest syllable (zhuang).
	syllableLetters = 6
	// leastLetters is the shortest run of letters among characters that is
	// read as pinyin.
	leastLetters = 5
	// pinyinShare is the share of a question's letters that must be pinyin
	// where nothing else is written in characters.
	pinyinShare = 0.7
	// longestPinyin is the most letters that are read, so that no question
	// takes long.
	longestPinyin = 150
	// wordShare is the share of the decoded characters that must stand in words.
	wordShare = 0.7
)

var (
	letterRun = regexp.MustCompile(`[a-z]+(?:['’][a-z]+)*`)
	toneDigit = regexp.MustCompile(`([a-z])[1-5]([^0-9]|$)`)
)

// readPinyin puts the parts of a folded question that are pinyin into
// characters.
func (r *Reader) readPinyin(ctx context.Context, s string) (string, error) {
	if !strings.ContainsFunc(s, func(c rune) bool { return unicode.Is(unicode.Latin, c) }) {
		return s, nil
	}
	plain := toneless(s)
	spans, err := r.pinyinSpans(ctx, plain)
	if err != nil || len(spans) == 0 {
		return s, err
	}
	var out strings.Builder
	at := 0
	for _, phrase := range phrases(plain, spans) {
		han, err := r.decode(ctx, phrase.tokens)
		if err != nil {
			return s, err
		}
		if !r.makesSense(han) {
			return s, nil
		}
		out.WriteString(plain[at:phrase.start] + asks(han))
		at = phrase.end
	}
	out.WriteString(plain[at:])
	return out.String(), nil
}

// pointed are words that point at something and sound like those that ask for it.
var pointed = strings.NewReplacer("那些", "哪些", "那里", "哪里", "那几", "哪几", "那家", "哪家")

// asks gives a decoded phrase that asks nothing the word that asks.
func asks(han string) string {
	for _, word := range []string{"什么", "怎", "多少", "吗", "谁", "哪", "何", "是否", "不"} {
		if strings.Contains(han, word) {
			return han
		}
	}
	return pointed.Replace(han)
}

// makesSense reports whether most of a decoded phrase are words, so that what
// only looks like pinyin is left alone.
func (r *Reader) makesSense(han string) bool {
	t := r.divide(han)
	words := 0
	for i, c := range t.runes {
		if t.covered[i] || isPlain(c) {
			words++
		}
	}
	return float64(words) >= wordShare*float64(len(t.runes))
}

// toneless takes the tones from pinyin, ü becoming v.
func toneless(s string) string {
	decomposed := strings.ReplaceAll(norm.NFD.String(s), "u\u0308", "v")
	s = norm.NFC.String(strings.Map(func(c rune) rune {
		if unicode.Is(unicode.Mn, c) {
			return -1
		}
		return c
	}, decomposed))
	const few = 2 // a single digit may be a number
	if len(toneDigit.FindAllString(s, -1)) >= few && !strings.ContainsFunc(s, func(c rune) bool { return unicode.Is(unicode.Han, c) }) {
		for range 2 { // neighbours share a character
			s = toneDigit.ReplaceAllString(s, "$1$2")
		}
	}
	return s
}

// pinyinSpans finds the runs of letters that are pinyin and no words of the
// collection.
func (r *Reader) pinyinSpans(ctx context.Context, s string) ([][]int, error) {
	han := strings.ContainsFunc(s, func(c rune) bool { return unicode.Is(unicode.Han, c) })
	runs := letterRun.FindAllStringIndex(s, -1)
	held := newHoldings()
	var words []string
	for _, run := range runs {
		words = append(words, s[run[0]:run[1]])
	}
	if err := r.look(ctx, held, words); err != nil {
		return nil, err
	}
	var spans [][]int
	letters, read, syllables := 0, 0, 0
	for i, run := range runs {
		word := words[i]
		letters += len(word)
		n := r.language.fewestSyllables(word)
		if n == 0 || han && (n < 2 || len(word) < leastLetters || held.df[word] > 0) {
			continue
		}
		read += len(word)
		syllables += n
		spans = append(spans, run)
	}
	if read > longestPinyin || !han && (syllables < 2 || float64(read) < pinyinShare*float64(letters)) {
		return nil, nil
	}
	return spans, nil
}

// phrase is a run of pinyin with nothing but space in it.
type phrase struct {
	start, end int
	tokens     []string
}

func phrases(s string, spans [][]int) []phrase {
	var found []phrase
	for _, span := range spans {
		tokens := strings.FieldsFunc(s[span[0]:span[1]], func(c rune) bool { return c == '\'' || c == '’' })
		if n := len(found); n > 0 && strings.TrimSpace(s[found[n-1].end:span[0]]) == "" {
			found[n-1].end = span[1]
			found[n-1].tokens = append(found[n-1].tokens, tokens...)
			continue
		}
		found = append(found, phrase{span[0], span[1], tokens})
	}
	return found
}

// fewestSyllables gives the least number of syllables that a word divides
// into, 0 if it does not.
func (l *language) fewestSyllables(word string) int {
	total := 0
	for _, token := range strings.FieldsFunc(word, func(c rune) bool { return c == '\'' || c == '’' }) {
		least := make([]int, len(token)+1)
		for end := 1; end <= len(token); end++ {
			for n := 1; n <= min(syllableLetters, end); n++ {
				before := least[end-n]
				if len(l.readings[token[end-n:end]]) > 0 && (before > 0 || end == n) && (least[end] == 0 || before+1 < least[end]) {
					least[end] = before + 1
				}
			}
		}
		if least[len(token)] == 0 {
			return 0
		}
		total += least[len(token)]
	}
	return total
}

// edge is a character that may be meant at a stretch of letters.
type edge struct {
	char  rune
	rank  int     // among the readings of its syllable
	rare  bool    // it is more often read otherwise
	from  int     // where its syllable begins
	score float64 // of the best way there, the character included
	prior int     // its edge before, -1 at the beginning
}

// decode gives the likeliest characters for the syllables of tokens: the best
// way through all divisions and readings, judged by the pairs of neighbouring
// characters that the collection and the language have.
func (r *Reader) decode(ctx context.Context, tokens []string) (string, error) {
	text := strings.Join(tokens, "")
	breaks := make(map[int]bool)
	at := 0
	for _, t := range tokens {
		breaks[at] = true
		at += len(t)
	}
	edges, ending := r.edges(text, breaks)
	held := newHoldings()
	var pairs []string
	for _, e := range edges {
		for _, p := range ending[e.from] {
			pair := string([]rune{edges[p].char, e.char})
			if e.rank+edges[p].rank < readingsPaired || r.pairs[pair] > 0 {
				pairs = append(pairs, pair)
			}
		}
	}
	if err := r.look(ctx, held, pairs); err != nil {
		return "", err
	}
	m := r.model(held)
	for i := range edges {
		e := &edges[i]
		e.score, e.prior = m.alone(e.char), -1
		if e.from > 0 {
			e.score = math.Inf(-1)
		}
		for _, p := range ending[e.from] {
			if score := edges[p].score + m.after(edges[p].char, e.char); score > e.score {
				e.score, e.prior = score, p
			}
		}
		if e.rare {
			e.score += math.Log(rareReading)
		}
	}
	return best(edges, ending[len(text)]), nil
}

// edges lists the characters that may be meant, by where they end; ending[n]
// are those whose syllable ends before letter n.
func (r *Reader) edges(text string, breaks map[int]bool) (edges []edge, ending [][]int) {
	ending = make([][]int, len(text)+1)
	for end := 1; end <= len(text); end++ {
		for n := 1; n <= min(syllableLetters, end); n++ {
			from := end - n
			if n > 1 && breaks[end-1] || from > 0 && len(ending[from]) == 0 {
				if breaks[end-1] {
					break
				}
				continue
			}
			chars := r.language.readings[text[from:end]]
			for rank, c := range chars[:min(readingsTried, len(chars))] {
				ending[end] = append(ending[end], len(edges))
				edges = append(edges, edge{char: c, rank: rank, rare: rank >= r.language.first[text[from:end]], from: from})
			}
			if breaks[from] {
				break
			}
		}
	}
	return edges, ending
}

// best follows the best of the last edges back to the beginning.
func best(edges []edge, last []int) string {
	at, score := -1, math.Inf(-1)
	for _, i := range last {
		if edges[i].score > score {
			at, score = i, edges[i].score
		}
	}
	var runes []rune
	for ; at >= 0; at = edges[at].prior {
		runes = append([]rune{edges[at].char}, runes...)
	}
	return string(runes)
}

// model judges sequences of characters.
type model struct {
	*Reader
	held   *holdings
	begins map[rune]float64 // sum of the DF of pairs that begin with it
}

func (r *Reader) model(held *holdings) model {
	m := model{Reader: r, held: held, begins: map[rune]float64{}}
	for pair, df := range held.df {
		m.begins[[]rune(pair)[0]] += float64(df)
	}
	return m
}

// Weights of the model, found on the golden questions.
const (
	inWord   = 0.5  // that a pair of the language's words goes on
	inTexts  = 0.35 // that a pair of the collection does
	anything = 0.15 // that anything follows
	// fewTexts is from how many pairs on a collection is listened to.
	fewTexts = 60
	// rareReading is how likely a character is read otherwise than first.
	rareReading = 0.1
)

// share is how often a character is used.
func (m model) share(c rune) float64 {
	uses := m.language.chars[c] + 1
	if m.known[string(c)] {
		uses = max(uses, particleCount)
	}
	return uses / m.language.total
}

func (m model) alone(c rune) float64 {
	return math.Log(m.share(c))
}

func (m model) after(before, c rune) float64 {
	pair := string([]rune{before, c})
	p := anything * m.share(c)
	p += inWord * m.pairs[pair] / (m.language.chars[before] + 100)
	p += inTexts * float64(m.held.df[pair]) / (m.begins[before] + fewTexts)
	return math.Log(p)
}
