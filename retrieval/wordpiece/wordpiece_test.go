package wordpiece_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"zhiwen/retrieval/wordpiece"
)

func newTokenizer(tb testing.TB) *wordpiece.Tokenizer {
	tb.Helper()
	definition, err := os.ReadFile("../onnx/model/tokenizer.json")
	if err != nil {
		tb.Fatal(err)
	}
	t, err := wordpiece.New(definition)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// sentences is testdata/sentences.json: what the reference implementation
// makes of some odd sentences.
type sentences struct {
	Sentences []struct {
		Text    string
		IDs     []int32
		Offsets [][2]int
	}
	Pair struct {
		First, Second string
		IDs           []int32
		Types         []int
	}
}

func readSentences(tb testing.TB) sentences {
	tb.Helper()
	data, err := os.ReadFile("testdata/sentences.json")
	if err != nil {
		tb.Fatal(err)
	}
	var s sentences
	if err := json.Unmarshal(data, &s); err != nil {
		tb.Fatal(err)
	}
	return s
}

func ids(tokens []wordpiece.Token) []int32 {
	out := make([]int32, len(tokens))
	for i, t := range tokens {
		out[i] = t.ID
	}
	return out
}

func offsets(tokens []wordpiece.Token) [][2]int {
	out := make([][2]int, len(tokens))
	for i, t := range tokens {
		out[i] = [2]int{t.Start, t.End}
	}
	return out
}

func TestEncodeSentences(t *testing.T) {
	tokenizer := newTokenizer(t)
	for _, s := range readSentences(t).Sentences {
		got := tokenizer.Encode(s.Text, 0)
		if !slices.Equal(ids(got), s.IDs) {
			t.Errorf("%q: ids %v, want %v", s.Text, ids(got), s.IDs)
		}
		if !slices.Equal(offsets(got), s.Offsets) {
			t.Errorf("%q: offsets %v, want %v", s.Text, offsets(got), s.Offsets)
		}
	}
}

func TestEncodeCheckQuestion(t *testing.T) {
	got := ids(newTokenizer(t).Encode("为这个句子生成表示以用于检索相关文章：2023年绩溪县开展了多少场法治宣传活动？", 512))
	if len(got) != 40 || !slices.Equal(got[:5], []int32{101, 711, 6821, 702, 1368}) || !slices.Equal(got[37:], []int32{1220, 8043, 102}) {
		t.Errorf("%d ids: %v", len(got), got)
	}
}

func TestEncodeCutsOff(t *testing.T) {
	tokenizer := newTokenizer(t)
	text := "行政复议 unbelievably 3326项 [MASK] 完"
	whole := tokenizer.Encode(text, 0)
	for maxTokens := 2; maxTokens <= len(whole)+1; maxTokens++ {
		got := tokenizer.Encode(text, maxTokens)
		want := slices.Clone(whole[:min(maxTokens, len(whole))])
		want[len(want)-1] = whole[len(whole)-1]
		if !slices.Equal(got, want) {
			t.Errorf("%d tokens: %v, want %v", maxTokens, got, want)
		}
	}
	if got := tokenizer.Encode(strings.Repeat("县", 10_000), 512); len(got) != 512 {
		t.Errorf("a long text gives %d tokens, want 512", len(got))
	}
}

func TestEncodePair(t *testing.T) {
	tokenizer := newTokenizer(t)
	pair := readSentences(t).Pair
	got, second := tokenizer.EncodePair(pair.First, pair.Second, 0)
	if !slices.Equal(ids(got), pair.IDs) {
		t.Errorf("ids %v, want %v", ids(got), pair.IDs)
	}
	if want := slices.Index(pair.Types, 1); second != want {
		t.Errorf("the passage begins at %d, want %d", second, want)
	}
	for _, token := range got[second : len(got)-1] {
		if token.End <= token.Start || token.End > len(pair.Second) {
			t.Errorf("%v is no range of the passage", token)
		}
	}
}

func TestEncodePairCutsOff(t *testing.T) {
	tokenizer := newTokenizer(t)
	long := strings.Repeat("县", 1000)
	for _, c := range []struct {
		name              string
		question, passage string
		tokens, second    int
	}{
		{"both fit", "一二", "三四五", 8, 4},
		{"long passage", "一二", long, 64, 4},
		{"long question", long, "三四五", 36, 32},
		{"both long", long, long, 64, 32},
		{"both empty", "", "", 3, 2},
	} {
		got, second := tokenizer.EncodePair(c.question, c.passage, 64)
		if len(got) != c.tokens || second != c.second {
			t.Errorf("%s: %d tokens, the passage from %d; want %d and %d", c.name, len(got), second, c.tokens, c.second)
		}
	}
}

func TestNewRefusesOtherTokenizers(t *testing.T) {
	definition, err := os.ReadFile("../onnx/model/tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"lowercase": false`, `"lowercase": true`, "normalizer.lowercase"},
		{`"type": "BertNormalizer"`, `"type": "NFC"`, "normalizer.type"},
		{`"type": "BertPreTokenizer"`, `"type": "Whitespace"`, "pre_tokenizer.type"},
		{"\"model\": {\n    \"type\": \"WordPiece\"", "\"model\": {\n    \"type\": \"BPE\"", "model.type"},
		{`"continuing_subword_prefix": "##"`, `"continuing_subword_prefix": "@@"`, "model.continuing_subword_prefix"},
		{`"max_input_chars_per_word": 100`, `"max_input_chars_per_word": 0`, "model.max_input_chars_per_word"},
		{`"unk_token": "[UNK]"`, `"unk_token": "<unk>"`, "model.vocab"},
		{`"lstrip": false`, `"lstrip": true`, "added_tokens"},
		{`{`, ``, "reading tokenizer.json"},
	} {
		if !strings.Contains(string(definition), c.old) {
			t.Fatalf("tokenizer.json does not hold %s", c.old)
		}
		_, err := wordpiece.New([]byte(strings.Replace(string(definition), c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v does not name %s", c.new, err, c.want)
		}
	}
}

func FuzzEncode(f *testing.F) {
	tokenizer := newTokenizer(f)
	for _, s := range readSentences(f).Sentences {
		f.Add(s.Text, 0)
		f.Add(s.Text, 5)
	}
	f.Add("\xff县\xe7\xbb", 3)
	f.Fuzz(func(t *testing.T, text string, maxTokens int) {
		tokens := tokenizer.Encode(text, maxTokens)
		if maxTokens >= 2 && len(tokens) > maxTokens {
			t.Errorf("%d tokens, at most %d allowed", len(tokens), maxTokens)
		}
		inner := tokens[1 : len(tokens)-1]
		end := 0
		for _, token := range inner {
			if token.Start < end || token.End <= token.Start || token.End > len(text) {
				t.Fatalf("%v after offset %d in a text of %d bytes", token, end, len(text))
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[token.Start:token.End]) {
				t.Fatalf("%v splits a character", token)
			}
			end = token.End
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	tokenizer := newTokenizer(b)
	text := strings.Repeat("2023年全县办理行政复议案件32件，同比上升8.69%。", 12)
	tokens := len(tokenizer.Encode(text, 0))
	b.ReportAllocs()
	for b.Loop() {
		tokenizer.Encode(text, 512)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*tokens), "ns/token")
}

func BenchmarkNew(b *testing.B) {
	definition, err := os.ReadFile("../onnx/model/tokenizer.json")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := wordpiece.New(definition); err != nil {
			b.Fatal(err)
		}
	}
}
