package web

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"zhiwen/bot"
)

// A frame is either one of the four types, within all limits, or refused with
// a sentence.
func FuzzDecodeFrame(f *testing.F) {
	for _, seed := range []string{
		`{"type":"hello","session":"a","last_seq":3,"profile":"elder","script":"hant","page":"/"}`,
		`{"type":"ask","id":"q1","text":"绩溪县2023年法律援助办了多少件"}`,
		`{"type":"stop","id":"q1"}`,
		`{"type":"feedback","answer_id":"a","rating":"useful","reasons":["看不懂"]}`,
		`{"type":"feedback","rating":5}`,
		`{"type":"ask","id":"q","text":"\ud800"}`, "{\"type\":\"ask\",\"text\":\"\x00\xff\"}", `[{}]`, `null`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		frame, id, refused := decodeFrame(data)
		if (frame == nil) == (refused == nil) {
			t.Fatalf("frame %v and refusal %v", frame, refused)
		}
		if len(id) > maxID {
			t.Fatalf("id of %d bytes", len(id))
		}
		if refused != nil {
			if !strings.HasSuffix(refused.Message, "。") {
				t.Fatalf("refused with %q", refused.Message)
			}
			return
		}
		switch frame := frame.(type) {
		case helloFrame:
			if frame.LastSeq < 0 || frame.Profile == "" {
				t.Fatalf("hello %+v", frame)
			}
		case askFrame:
			checkQuestion(t, frame.Text)
		case stopFrame:
			if frame.ID == "" {
				t.Fatal("stop of nothing")
			}
		case feedbackFrame:
			if len(frame.Reasons) > maxReasons || (frame.AnswerID == "") != (len(frame.Rating) == 1) {
				t.Fatalf("feedback %+v", frame)
			}
		default:
			t.Fatalf("frame of type %T", frame)
		}
	})
}

func FuzzDecodeAskBody(f *testing.F) {
	for _, seed := range []string{
		`{"turns":["你好"]}`, `{"turns":["a","b"],"profile":"elder","script":"hant"}`, `{"turns":[]}`, `{"turns":null}`,
		`{"turns":["\u3000"]}`, `{"turns":"a"}`, `[]`, ``,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		body, refused := decodeAskBody(strings.NewReader(data))
		if refused != nil {
			if !strings.HasSuffix(refused.Message, "。") {
				t.Fatalf("refused with %q", refused.Message)
			}
			return
		}
		if len(body.Turns) == 0 || len(body.Turns) > maxTurns || body.Profile == "" {
			t.Fatalf("body %+v", body)
		}
		for _, q := range body.Turns {
			checkQuestion(t, q)
		}
	})
}

func checkQuestion(t *testing.T, q string) {
	t.Helper()
	if n := utf8.RuneCountInString(q); n == 0 || n > maxQuestion || !utf8.ValidString(q) || strings.TrimSpace(q) != q {
		t.Fatalf("question of %d runes: %q", n, q)
	}
}

// Lists are never null, and what a refusal does to the connection stays here.
func TestFramesInJSON(t *testing.T) {
	for name, test := range map[string]struct {
		frame any
		want  string
	}{
		"final": {newFinal("q1", bot.Answer{ID: "a1", Status: bot.StatusNoAnswer, Mode: bot.ModeFixed}),
			`{"type":"final","seq":0,"id":"q1","answer_id":"a1","status":"no_answer","mode":"fixed","text":"","highlight":"","citations":[],"label":"","suggestions":[]}`},
		"error of an answer": {newFail("q1", refuseInterrupt),
			`{"type":"error","seq":0,"id":"q1","code":"interrupted","message":"回答被中断了，请重新提问。"}`},
		"error": {errorFrame{Type: "error", refusal: refuseRate},
			`{"type":"error","code":"rate_limited","message":"提问太频繁了，请过一分钟再试。"}`},
		"sources": {&sourcesFrame{head{Type: "sources", ID: "q1"}, listed[bot.Citation](nil)},
			`{"type":"sources","seq":0,"id":"q1","citations":[]}`},
	} {
		if got, err := json.Marshal(test.frame); err != nil || string(got) != test.want {
			t.Errorf("%s:\n got %s %v\nwant %s", name, got, err, test.want)
		}
	}
}
