package bot

import (
	"crypto/sha256"
	"slices"
	"sync"

	"zhiwen/bot/gate"
	"zhiwen/prompts"
)

// mostKept is how many worded answers a process remembers.
const mostKept = 1000

// kept remembers what a model wrote to a prompt. The prompt holds the question
// and the words of the evidence, so that a changed collection, prompt or model
// is another key: nothing has to be thrown away when a document changes.
type kept struct {
	mu    sync.Mutex
	by    map[[32]byte][]gate.Sentence
	order [][32]byte // oldest first
}

func keyOf(p prompts.Prompt, model string) [32]byte {
	return sha256.Sum256([]byte(model + "\x00" + p.Version + "\x00" + p.System + "\x00" + p.User))
}

func (k *kept) get(p prompts.Prompt, model string) ([]gate.Sentence, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	judged, ok := k.by[keyOf(p, model)]
	return slices.Clone(judged), ok
}

func (k *kept) put(p prompts.Prompt, model string, judged []gate.Sentence) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key := keyOf(p, model)
	if k.by == nil {
		k.by = map[[32]byte][]gate.Sentence{}
	}
	if _, known := k.by[key]; !known {
		k.order = append(k.order, key)
	}
	k.by[key] = slices.Clone(judged)
	if len(k.order) > mostKept {
		delete(k.by, k.order[0])
		k.order = k.order[1:]
	}
}
