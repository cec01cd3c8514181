package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhiwen/bot"
)

// Sizes of the protocol.
const (
	subprotocol = "zhiwen.v1"
	// maxFrame bounds a client's frame in bytes: 500 characters of any plane
	// fit with room for the rest.
	maxFrame = 4 << 10
	// maxQuestion bounds a question in runes; who pastes more wants a search
	// in a document, not an answer.
	maxQuestion = 500
	// maxID bounds a client's name for its question in bytes.
	maxID = 64
	// maxReasons bounds the reasons of one judgement.
	maxReasons = 8
	// maxSeq is the greatest integer that a browser counts exactly.
	maxSeq = 1<<53 - 1
)

// A refusal tells a visitor why something was not done. With closeCode the
// connection is closed after it.
type refusal struct {
	Code      string `json:"code"`
	Message   string `json:"message"`
	closeCode int
}

// Refusals, in the visitor's words.
var (
	refuseFrame     = &refusal{Code: "bad_frame", Message: "消息格式有误，请刷新页面后重试。"}
	refuseType      = &refusal{Code: "unknown_type", Message: "暂不支持这种消息，请刷新页面后重试。"}
	refuseEmpty     = &refusal{Code: "empty", Message: "请输入您想咨询的问题。"}
	refuseLong      = &refusal{Code: "too_long", Message: fmt.Sprintf("问题太长了，请控制在%d个字以内。", maxQuestion)}
	refuseBusy      = &refusal{Code: "busy", Message: "上一个问题还在回答，请稍候，或先停止它再提问。"}
	refuseStop      = &refusal{Code: "not_running", Message: "这个问题已经回答完毕。"}
	refuseRating    = &refusal{Code: "bad_rating", Message: "评价内容有误，请重新选择。"}
	refuseOverload  = &refusal{Code: "overloaded", Message: "当前咨询的人较多，请过半分钟再试。", closeCode: closeTryLater}
	refuseRate      = &refusal{Code: "rate_limited", Message: "提问太频繁了，请过一分钟再试。", closeCode: closePolicy}
	refuseConns     = &refusal{Code: "too_many_connections", Message: "您所在的网络同时打开的会话太多，请关闭一些后再试。", closeCode: closePolicy}
	refuseShutdown  = &refusal{Code: "restarting", Message: "服务正在重启，请稍后重新提问。"}
	refuseInterrupt = &refusal{Code: "interrupted", Message: "回答被中断了，请重新提问。"}
	refuseFailure   = &refusal{Code: "internal", Message: "抱歉，回答时出了问题，请稍后再试。"}
)

// Frames of a client. A frame's type is said once, by its Go type.
type (
	helloFrame struct {
		Session string      `json:"session"`
		LastSeq int64       `json:"last_seq"`
		Profile bot.Profile `json:"profile"`
		Script  bot.Script  `json:"script"`
		Page    string      `json:"page"`
	}
	askFrame struct {
		ID   string `json:"id"`
		Text string `json:"text"`
		// A section that was chosen instead of searching; see bot.Chosen.
		Doc string `json:"doc"`
		At  int    `json:"at"`

		address string // of the connection it came by
	}
	stopFrame struct {
		ID string `json:"id"`
	}
	feedbackFrame struct {
		AnswerID string   `json:"answer_id"`
		Rating   rating   `json:"rating"`
		Reasons  []string `json:"reasons"`
		Text     string   `json:"text"`
	}
)

// rating is a word or a number from 1 to 5.
type rating string

func (r *rating) UnmarshalJSON(data []byte) error {
	*r = rating(bytes.Trim(data, `"`))
	return nil
}

// decodeFrame reads a client's frame into one of the four frame types. The ID
// is the question's, where one could be read, so that the refusal can name it.
func decodeFrame(data []byte) (frame any, id string, refused *refusal) {
	var head struct {
		Type string `json:"type"`
	}
	if !utf8.Valid(data) || json.Unmarshal(data, &head) != nil {
		return nil, "", refuseFrame
	}
	switch head.Type {
	case "hello":
		return decodeHello(data)
	case "ask":
		return decodeAsk(data)
	case "stop":
		var f stopFrame
		if json.Unmarshal(data, &f) != nil || !validID(f.ID) {
			return nil, "", refuseFrame
		}
		return f, f.ID, nil
	case "feedback":
		return decodeFeedback(data)
	}
	return nil, "", refuseType
}

func decodeHello(data []byte) (any, string, *refusal) {
	var f helloFrame
	if json.Unmarshal(data, &f) != nil || f.LastSeq < 0 || f.LastSeq > maxSeq {
		return nil, "", refuseFrame
	}
	var ok bool
	if f.Profile, f.Script, ok = choices(f.Profile, f.Script); !ok {
		return nil, "", refuseFrame
	}
	return f, "", nil
}

// choices fills in the profile that was not chosen, and leaves an answer the
// script of its question; it fails on what cannot be chosen.
func choices(p bot.Profile, s bot.Script) (bot.Profile, bot.Script, bool) {
	if p == "" {
		p = bot.ProfileStandard
	}
	ok := (p == bot.ProfileStandard || p == bot.ProfileElder) && (s == "" || s == bot.ScriptHans || s == bot.ScriptHant)
	return p, s, ok
}

func decodeAsk(data []byte) (any, string, *refusal) {
	var f askFrame
	if json.Unmarshal(data, &f) != nil || !validID(f.ID) {
		return nil, "", refuseFrame
	}
	text, refused := question(f.Text)
	if refused != nil {
		return nil, f.ID, refused
	}
	if len(f.Doc) > maxID || f.At < 0 {
		return nil, f.ID, refuseFrame
	}
	f.Text = text
	return f, f.ID, nil
}

// question strips what cannot be seen around a question and holds it to its
// length.
func question(text string) (string, *refusal) {
	text = strings.TrimFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	})
	switch {
	case text == "":
		return "", refuseEmpty
	case utf8.RuneCountInString(text) > maxQuestion:
		return "", refuseLong
	}
	return text, nil
}

// chosen is the section that a question names, nil if it names none.
func chosen(doc string, at int) *bot.Chosen {
	if doc == "" {
		return nil
	}
	return &bot.Chosen{DocID: doc, At: at}
}

func validID(id string) bool { return id != "" && len(id) <= maxID }

func decodeFeedback(data []byte) (any, string, *refusal) {
	var f feedbackFrame
	if json.Unmarshal(data, &f) != nil {
		return nil, "", refuseFrame
	}
	switch f.Rating {
	case bot.RatingUseful, bot.RatingUseless:
		if !validID(f.AnswerID) {
			return nil, "", refuseRating
		}
	case "1", "2", "3", "4", "5":
		if f.AnswerID != "" {
			return nil, "", refuseRating
		}
	default:
		return nil, "", refuseRating
	}
	if len(f.Reasons) > maxReasons {
		return nil, "", refuseRating
	}
	return f, "", nil
}

// head is what every frame of an answer begins with.
type head struct {
	Type string `json:"type"`
	Seq  int64  `json:"seq"`
	ID   string `json:"id"`
}

func (h *head) stamp(seq int64) { h.Seq = seq }

// A stamped frame belongs to an answer and has a place in its session.
type stamped interface{ stamp(seq int64) }

// Frames of an answer.
type (
	statusFrame struct {
		head
		Stage string `json:"stage"`
		// Label belongs beside the words that follow, from the first of them on;
		// empty: they are nobody's but the sources'.
		Label string `json:"label,omitempty"`
	}
	sourcesFrame struct {
		head
		Citations []bot.Citation `json:"citations"`
	}
	deltaFrame struct {
		head
		Text string `json:"text"`
	}
	finalFrame struct {
		head
		AnswerID    string         `json:"answer_id"`
		Status      bot.Status     `json:"status"`
		Mode        bot.Mode       `json:"mode"`
		Text        string         `json:"text"`
		Highlight   string         `json:"highlight"`
		Citations   []bot.Citation `json:"citations"`
		Label       string         `json:"label"`
		Notices     []bot.Notice   `json:"notices,omitempty"`
		Nearest     []bot.Link     `json:"nearest,omitempty"`
		Suggestions []string       `json:"suggestions"`
		Handoff     *bot.Handoff   `json:"handoff,omitempty"`
		Steps       []string       `json:"steps,omitempty"`
		More        string         `json:"more,omitempty"`
		Phones      []string       `json:"phones,omitempty"`
		Hant        *bot.Hant      `json:"hant,omitempty"`
		Metadata    *bot.Metadata  `json:"metadata,omitempty"`
	}
	failFrame struct {
		head
		*refusal
	}
)

func newFinal(id string, a bot.Answer) *finalFrame {
	return &finalFrame{
		head: head{Type: "final", ID: id}, AnswerID: a.ID, Status: a.Status, Mode: a.Mode, Text: a.Text,
		Highlight: a.Highlight, Citations: listed(a.Citations), Label: a.Label,
		Notices: a.Notices, Nearest: a.Nearest, Suggestions: listed(a.Suggestions), Handoff: a.Handoff, Hant: a.Hant,
		Steps: a.Steps, More: a.More, Phones: a.Phones, Metadata: a.Metadata,
	}
}

func newFail(id string, why *refusal) *failFrame {
	return &failFrame{head: head{Type: "error", ID: id}, refusal: why}
}

// listed makes a list [] in JSON where there is nothing in it.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// Frames beside answers; they have no place in the session and are not kept.
type (
	welcomeFrame struct {
		Type    string        `json:"type"`
		Session string        `json:"session"`
		Label   string        `json:"label"`
		Limits  welcomeLimits `json:"limits"`
		// Seq is the last there is: a client that has it has heard all.
		Seq int64 `json:"seq"`
	}
	welcomeLimits struct {
		Question  int `json:"question"`             // runes
		Frame     int `json:"frame"`                // bytes
		PerMinute int `json:"questions_per_minute"` // of one session
	}
	errorFrame struct {
		Type string `json:"type"`
		ID   string `json:"id,omitempty"`
		*refusal
	}
)

// encode marshals our own frame types, which cannot fail.
func encode(frame any) []byte {
	data, err := json.Marshal(frame)
	if err != nil {
		panic(fmt.Sprintf("web: encode %T: %v", frame, err))
	}
	return data
}
