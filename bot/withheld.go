package bot

import (
	"encoding/json"
	"fmt"

	"zhiwen/prompts"
)

// Withhold takes out of frames what an answer said, for answers that quote a
// document which was withdrawn or erased: whoever hears them again hears that
// it is gone. Numbers and names of frames stay.
func Withhold(events []Event) error {
	say, err := prompts.NewSentences()
	if err != nil {
		return err
	}
	for i := range events {
		if events[i].Frame, err = withheld(events[i].Frame, say.Withheld()); err != nil {
			return fmt.Errorf("withhold frame %d: %w", events[i].Seq, err)
		}
	}
	return nil
}

func withheld(frame json.RawMessage, sentence string) (json.RawMessage, error) {
	var fields map[string]any
	if err := json.Unmarshal(frame, &fields); err != nil {
		return nil, err
	}
	kept := map[string]any{}
	for _, name := range []string{"type", "seq", "id", "stage", "answer_id", "status", "mode", "label", "code", "message"} {
		if value, ok := fields[name]; ok {
			kept[name] = value
		}
	}
	switch fields["type"] {
	case "sources":
		kept["citations"] = []any{}
	case "delta":
		kept["text"] = ""
	case "final":
		kept["text"], kept["highlight"], kept["citations"], kept["suggestions"] = sentence, "", []any{}, []any{}
	}
	return json.Marshal(kept)
}

// Withheld is what stays of a turn's answer once a document that it quotes was
// erased: how it ended, and none of its words.
func (a Answer) Withheld() Answer {
	return Answer{Status: a.Status, Mode: a.Mode, ID: a.ID, Label: a.Label, Citations: []Citation{}, Suggestions: []string{}, TookMS: a.TookMS}
}
