package bot

import (
	"context"
	"time"
)

// Receipt is what led to an answer, kept so that anybody can check it later.
// It holds nothing of the visitor: no question, no session.
type Receipt struct {
	AnswerID  string     `json:"answer_id"`
	Made      time.Time  `json:"made"` // UTC, to the second
	Status    Status     `json:"status"`
	Mode      Mode       `json:"mode"`
	Label     string     `json:"label"`
	Text      string     `json:"text"`
	Citations []Citation `json:"citations"`
	Generated *Generated `json:"generated,omitempty"` // nil: no model was asked
}

// Receipts keeps receipts; a store is one.
type Receipts interface {
	// PutReceipt keeps a receipt for good.
	PutReceipt(ctx context.Context, r Receipt) error
}

// keep keeps the receipt of an answer that rests on documents. An answer is
// given without one rather than not at all.
func (b *Bot) keep(ctx context.Context, a Answer) {
	if b.Receipts == nil || len(a.Citations) == 0 {
		return
	}
	r := Receipt{
		AnswerID: a.ID, Made: b.Now().UTC().Truncate(time.Second), Status: a.Status, Mode: a.Mode, Label: a.Label,
		Text: a.Text, Citations: a.Citations, Generated: a.Generated,
	}
	if err := b.Receipts.PutReceipt(context.WithoutCancel(ctx), r); err != nil {
		b.Log.ErrorContext(ctx, "the receipt of an answer was not kept", "answer", a.ID, "cause", err)
	}
}
