package staff

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"zhiwen/bot/asked"
	"zhiwen/bot/records"
	"zhiwen/retrieval"
)

// settled are the states of questions that must go on being answered.
var settled = []string{"answered", "done"}

// reopened is what the list says of a question that is not answered any more.
const reopened = "引用的文件有变化，重新提问没有得到答案"

// Recheck asks those settled questions again that were answered from a version
// which is current no more, and those done that were not asked again since. A
// question that has lost its answer is open again. It gives the number of groups
// that were asked.
func (s *Server) Recheck(ctx context.Context) (int, error) {
	notes, err := s.cfg.Records.Records(ctx, noteKind)
	if err != nil {
		return 0, err
	}
	rechecked := 0
	for _, r := range notes {
		var n questionNote
		if err := r.Into(&n); err != nil {
			return rechecked, err
		}
		if !slices.Contains(settled, n.State) {
			continue
		}
		touched, err := s.isTouched(ctx, n)
		if err != nil {
			return rechecked, err
		}
		if !touched {
			continue
		}
		if err := s.recheck(ctx, r); err != nil {
			return rechecked, err
		}
		rechecked++
	}
	return rechecked, nil
}

// isTouched reports whether an answer rests on a version that is current no
// more, or nobody knows on which.
func (s *Server) isTouched(ctx context.Context, n questionNote) (bool, error) {
	if n.RerunAt.Before(n.At) {
		return n.State == "done", nil // an answer that was only just written may wait for its publication
	}
	for _, id := range n.Docs {
		doc, err := s.cfg.Library.Version(ctx, id)
		switch {
		case errors.Is(err, retrieval.ErrNotFound):
			return true, nil
		case err != nil:
			return false, err
		case doc.State != retrieval.StateCurrent:
			return true, nil
		}
	}
	return false, nil
}

func (s *Server) recheck(ctx context.Context, r records.Record) error {
	id, err := strconv.ParseInt(r.ID, 10, 64)
	if err != nil {
		return nil // no group of ours
	}
	_, turns, err := s.cfg.Questions.GroupTurns(ctx, id, shownTurns)
	if errors.Is(err, retrieval.ErrNotFound) { // forgotten in time
		return s.cfg.Records.DeleteRecord(ctx, noteKind, r.ID)
	}
	if err != nil {
		return err
	}
	list := wordings(turns)
	done, docs, err := s.askAgain(ctx, list[:min(rerunMost, len(list))], func(int) {})
	if err != nil {
		return err
	}
	lost := slices.ContainsFunc(done, func(l rerunLine) bool { return !isAnswered(l.After) })
	var acts []retrieval.Act
	if lost {
		acts = append(acts, retrieval.Act{At: s.cfg.Now(), Actor: "zhiwen", Action: "note question", Subject: "question group " + r.ID, Reason: reopened})
	}
	return s.changeNote(ctx, r.ID, func(n *questionNote) {
		n.Rerun, n.RerunAt, n.Docs = done, s.cfg.Now().UTC(), docs
		if lost {
			n.State, n.By, n.At, n.Text = "", "", s.cfg.Now().UTC(), reopened
		}
	}, acts...)
}

// needReopened lists questions that have lost their answer.
const needReopened asked.Need = "reopened"

// reopenedStandings are the groups that Recheck has opened again.
func (s *Server) reopenedStandings(ctx context.Context) ([]asked.Standing, error) {
	notes, err := s.cfg.Records.Records(ctx, noteKind)
	if err != nil {
		return nil, err
	}
	var all []asked.Standing
	for _, r := range notes {
		var n questionNote
		if err := r.Into(&n); err != nil {
			return nil, err
		}
		id, err := strconv.ParseInt(r.ID, 10, 64)
		if err != nil || n.State != "" || n.Text != reopened {
			continue
		}
		group, turns, err := s.cfg.Questions.GroupTurns(ctx, id, shownTurns)
		if errors.Is(err, retrieval.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		standing := asked.Standing{Group: group, Times: len(turns)}
		if len(turns) > 0 {
			standing.LastDay = asked.Day(turns[0].At)
		}
		all = append(all, standing)
	}
	return all, nil
}
