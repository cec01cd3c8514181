package main

import (
	"context"
	"math/rand/v2"
	"strings"
	"time"
	"unicode/utf8"

	"zhiwen/bot/check"
	"zhiwen/bot/check/planted"
	"zhiwen/retrieval"
)

// checkRunes is the length of the draft that is checked, in characters: a
// yearly report of a department with its annexes.
const checkRunes = 25_000

// timeCheck checks one long draft, the first check of the process: half of it
// sentences that the documents hold, every tenth of these altered, half of it
// sentences whose words stand in no one document together.
func timeCheck(ctx context.Context, r *rooms, docs []string, report *benchReport) error {
	draft, err := benchDraft(docs)
	if err != nil {
		return err
	}
	checker := check.New(r.store, r.store, nil)
	began := time.Now()
	if err := checker.Prepare(ctx); err != nil {
		return err
	}
	report.CheckPrepareS = time.Since(began).Seconds()
	for _, into := range []*float64{&report.CheckFirstS, &report.CheckS} {
		began := time.Now()
		found, err := checker.Check(ctx, check.Draft{Text: draft}, nil)
		if err != nil {
			return err
		}
		*into = time.Since(began).Seconds()
		report.CheckSegments, report.CheckVerbatim = len(found.Segments), 0
		for _, s := range found.Segments {
			if s.Verdict == check.Verbatim {
				report.CheckVerbatim++
			}
		}
	}
	return nil
}

// benchDraft makes the draft of the documents of the first round, which every
// size of collection holds first.
func benchDraft(docs []string) (string, error) {
	random := rand.New(rand.NewPCG(11, 25_000))
	var b strings.Builder
	runes := 0
	var donor string
	add := func(line string) {
		b.WriteString(line)
		b.WriteByte('\n')
		runes += utf8.RuneCountInString(line) + 1
	}
	for doc, err := range round(docs, 1) {
		if err != nil {
			return "", err
		}
		altered := planted.Plant(planted.Document{ID: doc.Key, Title: doc.Title, Text: doc.Text}, random, everyKind(1), 2).Altered
		for n, s := range retrieval.Sentences(altered) {
			if n >= 12 {
				break
			}
			add(altered[s.Start:s.End])
			if mixed := exchanged(altered[s.Start:s.End], donor, doc.Key); donor != "" {
				add(shuffledClauses(mixed, random))
			}
			if runes >= checkRunes {
				return b.String(), nil
			}
		}
		donor = doc.Text
	}
	return b.String(), nil // as long as there is text for
}

func everyKind(n int) map[planted.Kind]int {
	wanted := map[planted.Kind]int{}
	for _, k := range planted.Kinds {
		wanted[k] = n
	}
	return wanted
}

// shuffledClauses puts the clauses of a sentence in another order.
func shuffledClauses(sentence string, random *rand.Rand) string {
	clauses := strings.Split(sentence, "，")
	random.Shuffle(len(clauses), func(i, j int) { clauses[i], clauses[j] = clauses[j], clauses[i] })
	return strings.Join(clauses, "，")
}
