package web

import (
	"context"
	"errors"
	"net/http"

	"zhiwen/bot"
	answergate "zhiwen/bot/gate"
	"zhiwen/retrieval"
)

// Receipts gives the receipts of answers; retrieval.ErrNotFound if there is
// none.
type Receipts interface {
	Receipt(ctx context.Context, answerID string) (bot.Receipt, error)
}

// receiptView is a receipt as anybody may see it.
type receiptView struct {
	layout
	Answer  *answerView
	Made    string
	Passed  int
	Dropped []dropped
}

// dropped is how many sentences of a model were left out for a reason.
type dropped struct {
	Reason string
	Count  int
}

// reasons are the gate's in words for visitors.
var reasons = []struct {
	reason answergate.Reason
	words  string
}{
	{answergate.Uncited, "原文中找不到依据"}, {answergate.Figure, "数字、日期与原文不符"}, {answergate.Swapped, "数字说的不是同一件事"}, {answergate.Title, "文件名与原文不符"},
	{answergate.Name, "名称与原文不符"}, {answergate.Strict, "条件、限制与原文不符"}, {answergate.Words, "用了原文没有的词句"}, {answergate.Scattered, "拼接了原文不同的地方"},
	{answergate.Blocked, "含有不宜显示的内容"}, {answergate.Long, "句子过长"}, {answergate.Cut, "句子不完整"},
	{answergate.Heading, "只是小标题"}, {answergate.Asking, "只是重复了问题"},
}

// receiptPage shows what led to an answer. Where a document that it cites is
// withdrawn since, nothing of it is shown any more.
func (s *Server) receiptPage(w http.ResponseWriter, r *http.Request) {
	if s.cfg.Receipts == nil {
		s.noPage(w, r)
		return
	}
	receipt, err := s.cfg.Receipts.Receipt(r.Context(), r.PathValue("id"))
	if err == nil {
		err = s.stillPublic(r.Context(), receipt.Citations)
	}
	switch {
	case errors.Is(err, retrieval.ErrGone):
		s.message(w, r, http.StatusGone, "这个回答引用的资料已经撤下，凭据不再显示。")
		return
	case errors.Is(err, retrieval.ErrNotFound):
		s.message(w, r, http.StatusNotFound, "没有找到这个回答的凭据。")
		return
	case err != nil:
		s.cfg.Log.Error("receipt failed", "err", err)
		s.message(w, r, http.StatusInternalServerError, refuseFailure.Message)
		return
	}
	v := receiptView{layout: s.layout("回答凭据"), Made: receipt.Made.In(beijing).Format("2006年1月2日 15:04")}
	v.Answer = newAnswerView("", bot.Answer{
		Status: receipt.Status, Mode: receipt.Mode, ID: receipt.AnswerID, Label: receipt.Label, Text: receipt.Text,
		Citations: receipt.Citations, Generated: receipt.Generated,
	})
	if receipt.Generated != nil {
		v.Passed, v.Dropped = tally(receipt.Generated.Judged)
	}
	s.render(w, r, http.StatusOK, "receipt.html", v)
}

// stillPublic gives retrieval.ErrGone where a version that was cited is no
// longer to be shown.
func (s *Server) stillPublic(ctx context.Context, citations []bot.Citation) error {
	for _, c := range citations {
		_, err := s.cfg.Documents.Document(ctx, c.DocID)
		if errors.Is(err, retrieval.ErrNotFound) {
			return retrieval.ErrGone
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tally counts what the gate let through, and by reason what it did not.
func tally(judged []answergate.Sentence) (passed int, left []dropped) {
	counts := map[answergate.Reason]int{}
	for _, s := range judged {
		counts[s.Reason]++
	}
	for _, r := range reasons {
		if n := counts[r.reason]; n > 0 {
			left = append(left, dropped{r.words, n})
		}
	}
	return counts[answergate.Passed], left
}
