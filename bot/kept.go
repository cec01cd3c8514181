package bot

import (
	"crypto/sha256"

	lru "github.com/hashicorp/golang-lru/v2"

	"zhiwen/bot/gate"
	"zhiwen/prompts"
)

// mostKept is how many worded answers a process remembers.
const mostKept = 1000

// kept remembers what a model wrote to a prompt. The prompt holds the question
// and the words of the evidence, so that a changed collection, prompt or model
// is another key: nothing has to be thrown away when a document changes.
type kept struct {
	judged *lru.Cache[[sha256.Size]byte, []gate.Sentence]
}

func newKept() (kept, error) {
	judged, err := lru.New[[sha256.Size]byte, []gate.Sentence](mostKept)
	return kept{judged}, err
}

func keyOf(p prompts.Prompt, model string) [sha256.Size]byte {
	return sha256.Sum256([]byte(model + "\x00" + p.Version + "\x00" + p.System + "\x00" + p.User))
}

// get gives sentences that nobody may change.
func (k kept) get(p prompts.Prompt, model string) ([]gate.Sentence, bool) {
	return k.judged.Get(keyOf(p, model))
}

func (k kept) put(p prompts.Prompt, model string, judged []gate.Sentence) {
	k.judged.Add(keyOf(p, model), judged)
}
