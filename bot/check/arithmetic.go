package check

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// arithmetic looks at what a draft says of itself: sums, percentages, and
// quantities that are named twice.
func arithmetic(text string) []Finding {
	all := quantities(text)
	findings := slices.Concat(sums(all), percentages(all), twice(all))
	slices.SortStableFunc(findings, func(a, b Finding) int { return a.Spans[0].Start - b.Spans[0].Start })
	return findings
}

// sumSlack is how far, as a share of the total, parts may be from it to be
// meant to make it up: 其中 often names some parts only.
const sumSlack = 0.2

// sums compares totals with the parts named after them.
func sums(all []quantity) []Finding {
	var findings []Finding
	for i, total := range all {
		parts := partsAfter(all, i)
		if len(parts) < 2 || total.about {
			continue
		}
		if n := makesUp(total.value, parts); n > 0 {
			findings = append(findings, Finding{
				Kind: FindingSum, State: Holds,
				Text:  fmt.Sprintf("%s＝%s，合计相符。", total.form, joined(parts[:n])),
				Spans: spansOf(append([]quantity{total}, parts[:n]...)),
			})
			continue
		}
		sum := 0.0
		for _, p := range parts {
			sum += p.value
		}
		if len(parts) >= 3 && math.Abs(sum-total.value) <= sumSlack*total.value {
			findings = append(findings, Finding{
				Kind: FindingSum, State: Differs,
				Text:  fmt.Sprintf("%s＝%s，与所写的%s不符，请核对。", joined(parts), plain(sum), total.form),
				Spans: spansOf(append([]quantity{total}, parts...)),
			})
		}
	}
	return findings
}

// partsAfter gives the quantities of the same unit that follow a total in its
// sentence, from 其中 on.
func partsAfter(all []quantity, i int) []quantity {
	total := all[i]
	if total.percent || total.inner || total.unit == "" {
		return nil
	}
	var parts []quantity
	for k := i + 1; k < len(all) && all[k].line == total.line && all[k].sentence == total.sentence; k++ {
		q := all[k]
		if q.inner || q.percent {
			continue
		}
		if len(parts) == 0 && !q.cue && !totalCue.MatchString(total.label) || q.unit != total.unit || q.value > total.value {
			break
		}
		if len(parts) > 0 && q.cue {
			break // a part of a part
		}
		parts = append(parts, q)
	}
	return parts
}

// makesUp is how many of the parts make up a total, 0 if none do.
func makesUp(total float64, parts []quantity) int {
	sum := 0.0
	for i, p := range parts {
		if sum += p.value; i > 0 && math.Abs(sum-total) < 1e-9*max(total, 1) {
			return i + 1
		}
	}
	return 0
}

func joined(parts []quantity) string {
	forms := make([]string, len(parts))
	for i, p := range parts {
		forms[i] = p.form
	}
	return strings.Join(forms, "＋")
}

func plain(v float64) string { return strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64) }

func spansOf(quantities []quantity) []Span {
	spans := make([]Span, len(quantities))
	for i, q := range quantities {
		spans[i] = q.span
	}
	return spans
}

// percentSlack is how many points a percentage may be from the quotient of
// figures to be meant as theirs.
const percentSlack = 0.15

// percentages compares rates with the quotients of the counts before them.
func percentages(all []quantity) []Finding {
	var findings []Finding
	for i, p := range all {
		if !p.percent || p.about || p.value == 0 {
			continue
		}
		if f, ok := percentage(p, countsBefore(all, i)); ok {
			findings = append(findings, f)
		}
	}
	return findings
}

// countsBefore gives the counts in the sentence of a rate and in the one
// before it.
func countsBefore(all []quantity, i int) []quantity {
	var counts []quantity
	for k := i - 1; k >= 0 && all[k].line == all[i].line && all[k].sentence >= all[i].sentence-1; k-- {
		if q := all[k]; !q.percent && !q.about && q.unit != "" && q.value > 0 {
			counts = append(counts, q)
		}
	}
	slices.Reverse(counts)
	return counts
}

func percentage(p quantity, counts []quantity) (Finding, bool) {
	named := func(q quantity) bool {
		stem, _, isRate := strings.Cut(p.label, "率")
		r := []rune(stem)
		return isRate && len(r) >= 2 && strings.Contains(q.label, string(r[max(0, len(r)-2):]))
	}
	var best *Finding
	for _, part := range counts {
		for _, whole := range counts {
			if part.unit != whole.unit || part.value >= whole.value {
				continue
			}
			state, ok := quotient(p, part.value/whole.value)
			if !ok || p.decimals == 0 && !named(part) || best != nil && (best.State == Holds || state != Holds) {
				continue
			}
			best = &Finding{Kind: FindingPercent, State: state, Text: quotientText(p, part, whole, state), Spans: spansOf([]quantity{p, part, whole})}
		}
	}
	if best != nil {
		return *best, true
	}
	for _, part := range counts {
		if !named(part) {
			continue
		}
		whole := part
		for _, q := range counts {
			if q.unit == part.unit && q.value > whole.value {
				whole = q
			}
		}
		if whole.value > part.value && math.Abs(part.value/whole.value-p.value) <= percentSlack {
			return Finding{Kind: FindingPercent, State: Differs, Text: quotientText(p, part, whole, Differs), Spans: spansOf([]quantity{p, part, whole})}, true
		}
	}
	return Finding{}, false
}

// quotient compares a printed rate with the exact one: rounded, or cut off.
func quotient(p quantity, exact float64) (FindingState, bool) {
	scale := math.Pow10(p.decimals)
	printed := math.Round(p.value * 100 * scale)
	switch shown := exact * 100 * scale; {
	case math.Round(shown) == printed:
		return Holds, true
	case math.Floor(shown+1e-9) == printed:
		return Truncated, true
	}
	return Differs, false
}

func quotientText(p, part, whole quantity, state FindingState) string {
	exact := part.value / whole.value * 100
	rounded := strconv.FormatFloat(exact, 'f', max(p.decimals, 2), 64) + "%"
	switch state {
	case Holds:
		return fmt.Sprintf("%s÷%s＝%s，与所写的%s相符。", part.form, whole.form, rounded, p.form)
	case Truncated:
		return fmt.Sprintf("%s÷%s＝%s%%，所写的%s是截去尾数的写法（四舍五入为%s），不算错误。",
			part.form, whole.form, strconv.FormatFloat(exact, 'f', p.decimals+2, 64), p.form, strconv.FormatFloat(exact, 'f', p.decimals, 64)+"%")
	}
	return fmt.Sprintf("%s÷%s＝%s，与所写的%s不符，请核对。", part.form, whole.form, rounded, p.form)
}

// Least lengths of a label, in characters, by which a quantity is known again.
const (
	sameLabel     = 4
	conflictLabel = 6
)

// relative labels count what changed, or one of many.
var relative = regexp.MustCompile(`[增减升降每]|同比|环比|比上`)

// twice looks at quantities that the draft names two times.
func twice(all []quantity) []Finding {
	type key struct {
		label, unit, of string
		percent         bool
	}
	named := map[key][]quantity{}
	var order []key
	for _, q := range all {
		k := key{q.label, q.unit, q.of, q.percent}
		if strings.Contains(q.of, "planned") || utf8.RuneCountInString(q.label) < sameLabel || q.about || relative.MatchString(q.label) {
			continue
		}
		if len(named[k]) == 0 {
			order = append(order, k)
		}
		named[k] = append(named[k], q)
	}
	var findings []Finding
	for _, k := range order {
		found := named[k]
		if len(found) != 2 {
			continue // one of a kind, or a row of a list
		}
		a, b := found[0], found[1]
		switch same := math.Abs(a.value-b.value) <= 1e-9*max(a.value, b.value); {
		case same && a.form != b.form:
			findings = append(findings, Finding{
				Kind: FindingSameValue, State: Holds,
				Text:  fmt.Sprintf("“%s”前后分别写作“%s”和“%s”，是同一数值的两种写法。", k.label, a.span.Text, b.span.Text),
				Spans: spansOf(found),
			})
		case !same && utf8.RuneCountInString(k.label) >= conflictLabel:
			findings = append(findings, Finding{
				Kind: FindingConflict, State: Differs,
				Text:  fmt.Sprintf("“%s”前后分别是“%s”和“%s”，请核对。", k.label, a.span.Text, b.span.Text),
				Spans: spansOf(found),
			})
		}
	}
	return findings
}
