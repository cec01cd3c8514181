// Package wordpiece cuts text into the word pieces of a BERT vocabulary, with
// exactly the ids that the vocabulary's tokenizer.json prescribes. It knows
// neither models nor runtimes.
//
// Texts are UTF-8; all offsets are bytes of the text as it was handed in.
package wordpiece

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// continuation marks the vocabulary's pieces that go on a word.
const continuation = "##"

// Token is one piece of a text. Start and End are its range in the text;
// pieces that stand for no text ([CLS], [SEP]) have Start == End.
type Token struct {
	ID    int32
	Start int
	End   int
}

// Tokenizer holds a vocabulary. It is safe for concurrent use.
type Tokenizer struct {
	initial    map[string]int32 // pieces that begin a word
	continuing map[string]int32 // pieces that go on a word, without the mark
	specials   []special        // recognised in running text, like "[MASK]"
	longest    int              // bytes of the longest piece
	maxRunes   int              // a word of more is unknown as a whole
	unknown    int32
	begin      int32
	end        int32
}

type special struct {
	text string
	id   int32
}

// definition is the part of tokenizer.json that decides about ids.
type definition struct {
	AddedTokens []struct {
		ID         int32  `json:"id"`
		Content    string `json:"content"`
		Normalized bool   `json:"normalized"`
		SingleWord bool   `json:"single_word"`
		LStrip     bool   `json:"lstrip"`
		RStrip     bool   `json:"rstrip"`
	} `json:"added_tokens"`
	Normalizer struct {
		Type         string `json:"type"`
		CleanText    bool   `json:"clean_text"`
		ChineseChars bool   `json:"handle_chinese_chars"`
		StripAccents *bool  `json:"strip_accents"` // null follows Lowercase
		Lowercase    bool   `json:"lowercase"`
	} `json:"normalizer"`
	PreTokenizer struct {
		Type string `json:"type"`
	} `json:"pre_tokenizer"`
	Model struct {
		Type     string           `json:"type"`
		Unknown  string           `json:"unk_token"`
		Prefix   string           `json:"continuing_subword_prefix"`
		MaxRunes int              `json:"max_input_chars_per_word"`
		Vocab    map[string]int32 `json:"vocab"`
	} `json:"model"`
}

// New reads a tokenizer.json. One that asks for another way of cutting than
// this package's is refused, because its ids would come out wrong in silence.
func New(tokenizerJSON []byte) (*Tokenizer, error) {
	var d definition
	if err := json.Unmarshal(tokenizerJSON, &d); err != nil {
		return nil, fmt.Errorf("reading tokenizer.json: %w", err)
	}
	if err := d.validate(); err != nil {
		return nil, fmt.Errorf("reading tokenizer.json: %w", err)
	}
	t := &Tokenizer{
		initial:    make(map[string]int32, len(d.Model.Vocab)),
		continuing: make(map[string]int32, len(d.Model.Vocab)/2),
		maxRunes:   d.Model.MaxRunes,
		unknown:    d.Model.Vocab[d.Model.Unknown],
		begin:      d.Model.Vocab["[CLS]"],
		end:        d.Model.Vocab["[SEP]"],
	}
	for piece, id := range d.Model.Vocab {
		t.longest = max(t.longest, len(piece))
		if rest, ok := strings.CutPrefix(piece, continuation); ok && rest != "" {
			t.continuing[rest] = id
		} else {
			t.initial[piece] = id
		}
	}
	for _, a := range d.AddedTokens {
		t.specials = append(t.specials, special{text: a.Content, id: a.ID})
	}
	return t, nil
}

func (d *definition) validate() error {
	n, m := &d.Normalizer, &d.Model
	switch {
	case n.Type != "BertNormalizer":
		return fmt.Errorf("normalizer.type is %q, not BertNormalizer", n.Type)
	case !n.CleanText || !n.ChineseChars:
		return errors.New("normalizer.clean_text and normalizer.handle_chinese_chars must be true")
	case n.Lowercase || n.StripAccents != nil && *n.StripAccents:
		return errors.New("normalizer.lowercase and normalizer.strip_accents must not be true")
	case d.PreTokenizer.Type != "BertPreTokenizer":
		return fmt.Errorf("pre_tokenizer.type is %q, not BertPreTokenizer", d.PreTokenizer.Type)
	case m.Type != "WordPiece":
		return fmt.Errorf("model.type is %q, not WordPiece", m.Type)
	case m.Prefix != continuation:
		return fmt.Errorf("model.continuing_subword_prefix is %q, not %q", m.Prefix, continuation)
	case m.MaxRunes <= 0:
		return fmt.Errorf("model.max_input_chars_per_word is %d", m.MaxRunes)
	}
	for _, needed := range []string{m.Unknown, "[CLS]", "[SEP]"} {
		if _, ok := m.Vocab[needed]; !ok {
			return fmt.Errorf("model.vocab lacks %q", needed)
		}
	}
	for _, a := range d.AddedTokens {
		if !strings.HasPrefix(a.Content, "[") || a.Normalized || a.SingleWord || a.LStrip || a.RStrip {
			return fmt.Errorf("added_tokens: %q is not a plain token in square brackets", a.Content)
		}
	}
	return nil
}

// Encode cuts text into [CLS], its pieces and [SEP], maxTokens in all at most;
// what is beyond is cut off. 0 means no limit.
func (t *Tokenizer) Encode(text string, maxTokens int) []Token {
	limit := unlimited
	if maxTokens > 0 {
		limit = max(maxTokens-1, 1)
	}
	e := encoder{Tokenizer: t, text: text, limit: limit, tokens: make([]Token, 0, capacity(text, maxTokens))}
	e.tokens = append(e.tokens, Token{ID: t.begin})
	e.encode()
	return append(e.tokens, Token{ID: t.end, Start: len(text), End: len(text)})
}

// EncodePair cuts a question and a passage into
// [CLS] question [SEP] passage [SEP], maxTokens in all at most: the question
// is cut off at half of them, the passage where the rest ends. 0 means no
// limit. The tokens from second on are of type 1, the others of type 0; each
// part's offsets count in its own text.
func (t *Tokenizer) EncodePair(question, passage string, maxTokens int) (tokens []Token, second int) {
	tokens = t.Encode(question, maxTokens/2)
	second = len(tokens)
	limit := unlimited
	if maxTokens > 0 {
		limit = max(maxTokens-1, second)
	}
	e := encoder{Tokenizer: t, text: passage, limit: limit, tokens: tokens}
	e.encode()
	return append(e.tokens, Token{ID: t.end, Start: len(passage), End: len(passage)}), second
}

const unlimited = int(^uint(0) >> 1)

// capacity guesses the tokens of a text: one for each Han character's three
// bytes, more for figures and punctuation.
func capacity(text string, maxTokens int) int {
	guess := len(text)/2 + 3
	if maxTokens > 0 {
		guess = min(guess, maxTokens+1)
	}
	return guess
}

// encoder is one run over one text. Tokens are appended until there are limit.
type encoder struct {
	*Tokenizer
	text   string
	limit  int
	tokens []Token
}

// encode cuts at the special tokens first: they are sought in the text as it
// is, before anything is cleaned.
func (e *encoder) encode() {
	from := 0
	for at := 0; at < len(e.text); {
		next := strings.IndexByte(e.text[at:], '[')
		if next < 0 {
			break
		}
		at += next
		s, ok := e.specialAt(at)
		if !ok {
			at++
			continue
		}
		if !e.words(from, at) || !e.emit(Token{ID: s.id, Start: at, End: at + len(s.text)}) {
			return
		}
		at += len(s.text)
		from = at
	}
	e.words(from, len(e.text))
}

func (e *encoder) specialAt(at int) (special, bool) {
	for _, s := range e.specials {
		if strings.HasPrefix(e.text[at:], s.text) {
			return s, true
		}
	}
	return special{}, false
}

// words cuts text[from:to] at white space, around punctuation and around
// ideographs. It reports whether there is room for more.
func (e *encoder) words(from, to int) bool {
	start, dirty := -1, false // of the word that is being read
	for at := from; at < to; {
		r, size := rune(e.text[at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(e.text[at:to])
		}
		switch class := classOf(r); class {
		case letter:
			if start < 0 {
				start = at
			}
		case dropped:
			dirty = start >= 0
		default:
			if start >= 0 && !e.word(start, at, dirty) {
				return false
			}
			start, dirty = -1, false
			if class == alone && !e.word(at, at+size, false) {
				return false
			}
		}
		at += size
	}
	return start < 0 || e.word(start, to, dirty)
}

// word emits the pieces of text[start:end]. A dirty one holds characters that
// are to be dropped.
func (e *encoder) word(start, end int, dirty bool) bool {
	if !dirty {
		mark := len(e.tokens)
		e.pieces(e.text[start:end])
		for i := mark; i < len(e.tokens); i++ {
			e.tokens[i].Start += start
			e.tokens[i].End += start
		}
		return e.trim()
	}
	word, origin := clean(e.text[start:end])
	mark := len(e.tokens)
	e.pieces(word)
	for i := mark; i < len(e.tokens); i++ {
		t := &e.tokens[i]
		t.Start, t.End = start+origin[t.Start], start+origin[t.End-1]+1
	}
	return e.trim()
}

// pieces takes the longest piece of the vocabulary again and again, or the
// unknown token for the whole word. Offsets count in word.
func (e *encoder) pieces(word string) {
	mark := len(e.tokens)
	unknown := Token{ID: e.unknown, End: len(word)}
	if len(word) > e.maxRunes && utf8.RuneCountInString(word) > e.maxRunes {
		e.tokens = append(e.tokens, unknown)
		return
	}
	vocabulary := e.initial
	for start := 0; start < len(word); {
		id, end := longestPiece(vocabulary, word, start, e.longest)
		if end == start {
			e.tokens = append(e.tokens[:mark], unknown)
			return
		}
		e.tokens = append(e.tokens, Token{ID: id, Start: start, End: end})
		start, vocabulary = end, e.continuing
	}
}

// longestPiece gives the id and the end of the longest piece at start; end is
// start when there is none.
func longestPiece(vocabulary map[string]int32, word string, start, longest int) (id int32, end int) {
	for end = min(len(word), start+longest); end > start; end-- {
		if end < len(word) && !utf8.RuneStart(word[end]) {
			continue
		}
		if id, ok := vocabulary[word[start:end]]; ok {
			return id, end
		}
	}
	return 0, start
}

func (e *encoder) emit(t Token) bool {
	e.tokens = append(e.tokens, t)
	return e.trim()
}

// trim holds the limit. A word is cut off only once all its pieces are known,
// as one without a piece makes all of it unknown.
func (e *encoder) trim() bool {
	e.tokens = e.tokens[:min(len(e.tokens), e.limit)]
	return len(e.tokens) < e.limit
}

// clean drops what is to be dropped. origin[i] is the offset in word of byte i
// of the result.
func clean(word string) (cleaned string, origin []int) {
	var b strings.Builder
	for at, r := range word {
		if classOf(r) == dropped {
			continue
		}
		b.WriteRune(r)
		for i := range utf8.RuneLen(r) {
			origin = append(origin, at+i)
		}
	}
	return b.String(), origin
}
