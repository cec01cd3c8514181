// Package blocklist holds the operator's lists of blocked terms and patterns. They
// are for questions and for generated text, never for quotations: what a stored
// document says is shown as it stands.
package blocklist

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// Use is what a list is for.
type Use string

// Uses of a list.
const (
	Questions Use = "questions"
	Generated Use = "generated"
)

// Rule is one line of a list.
type Rule struct {
	List    string
	Text    string // as written
	Line    int
	uses    []Use
	term    string         // folded; empty: pattern
	pattern *regexp.Regexp // nil: term
}

// Lists are the rules of a file, in its order.
type Lists []Rule

// LineError says what is wrong with a line.
type LineError struct {
	Line int
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap gives the error without the line.
func (e *LineError) Unwrap() error { return e.Err }

// leastTerm is the shortest term in runes: a single character stands in
// hundreds of lawful words.
const leastTerm = 2

// Parse reads a file of lists:
//
//	[name]              for questions and generated text
//	[name questions]    for questions only
//	[name generated]    for generated text only
//	a term              wherever it stands, whatever its width, case and script
//	/a pattern/         a regular expression of Go on the folded text
//
// Empty lines and those that begin with # are left out. An error is a *LineError.
func Parse(text string) (Lists, error) {
	var lists Lists
	var head Rule
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
		bad := func(format string, args ...any) (Lists, error) {
			return nil, &LineError{n, fmt.Errorf(format, args...)}
		}
		switch {
		case !utf8.ValidString(line):
			return bad("it is not UTF-8")
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			var err error
			if head, err = parseHead(line); err != nil {
				return nil, &LineError{n, err}
			}
		case head.List == "":
			return bad("%q stands before the first [name] of a list", line)
		default:
			rule, err := parseRule(head, line)
			if err != nil {
				return nil, &LineError{n, err}
			}
			rule.Line = n
			lists = append(lists, rule)
		}
	}
	return lists, nil
}

func parseHead(line string) (Rule, error) {
	inner, ok := strings.CutSuffix(strings.TrimPrefix(line, "["), "]")
	fields := strings.Fields(inner)
	if !ok || len(fields) == 0 || len(fields) > 2 {
		return Rule{}, fmt.Errorf("%q is no head of a list; write [name], [name questions] or [name generated]", line)
	}
	head := Rule{List: fields[0], uses: []Use{Questions, Generated}}
	if len(fields) == 2 {
		use := Use(fields[1])
		if !slices.Contains(head.uses, use) {
			return Rule{}, fmt.Errorf("%q is neither questions nor generated", fields[1])
		}
		head.uses = []Use{use}
	}
	return head, nil
}

func parseRule(head Rule, line string) (Rule, error) {
	rule := head
	rule.Text = line
	if len(line) > 1 && strings.HasPrefix(line, "/") && strings.HasSuffix(line, "/") {
		pattern, err := regexp.Compile(line[1 : len(line)-1])
		switch {
		case err != nil:
			return Rule{}, fmt.Errorf("%s is no regular expression: %w", line, err)
		case pattern.MatchString(""):
			return Rule{}, fmt.Errorf("%s is found in every text", line)
		}
		rule.pattern = pattern
		return rule, nil
	}
	rule.term = squeeze(line)
	if utf8.RuneCountInString(rule.term) < leastTerm {
		return Rule{}, fmt.Errorf("%q is too short; give at least two characters", line)
	}
	return rule, nil
}

// squeeze folds a text and takes the white space out, so that a term cannot be
// hidden by spaces.
func squeeze(text string) string { return strings.ReplaceAll(retrieval.FoldString(text), " ", "") }

// Find gives the first rule that a text breaks.
func (l Lists) Find(use Use, text string) (Rule, bool) {
	folded := retrieval.FoldString(text)
	squeezed := strings.ReplaceAll(folded, " ", "")
	for _, rule := range l {
		if !slices.Contains(rule.uses, use) {
			continue
		}
		if rule.pattern == nil && strings.Contains(squeezed, rule.term) ||
			rule.pattern != nil && (rule.pattern.MatchString(folded) || rule.pattern.MatchString(squeezed)) {
			return rule, true
		}
	}
	return Rule{}, false
}
