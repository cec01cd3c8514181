package bot

import (
	_ "embed"
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhiwen/prompts"
	"zhiwen/retrieval"
)

//go:embed tables/guard.txt
var guardTable string

// route is where a question goes before any search.
type route struct {
	status   Status
	sentence string // its name among the fixed sentences
	late     bool   // taken only where search has no answer
}

// guardRule sends a question on its route.
type guardRule struct {
	route
	patterns []*regexp.Regexp // all must be found
	unless   *regexp.Regexp   // nil: nothing excepts a question
}

// parseGuard reads the table that tables/guard.txt describes.
func parseGuard(table string, say *prompts.Sentences) ([]guardRule, error) {
	var rules []guardRule
	named := map[string]string{}
	n := 0
	for line := range strings.Lines(table) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		if name, ok := strings.CutPrefix(fields[0], "$"); ok && len(fields) == 2 {
			named["{"+name+"}"] = "(?:" + fill(fields[1], named) + ")"
			continue
		}
		rule, err := parseRule(fields, named)
		if err == nil && !say.Has(rule.sentence) {
			err = fmt.Errorf("no sentence %q", rule.sentence)
		}
		if err != nil {
			return nil, fmt.Errorf("guard table, line %d: %w", n, err)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

func parseRule(fields []string, named map[string]string) (guardRule, error) {
	if len(fields) < 2 || len(fields) > 3 {
		return guardRule{}, fmt.Errorf("want a route, a pattern and perhaps what excepts from it, with tabs between")
	}
	name, late := strings.CutSuffix(fields[0], "?")
	status, sentence, ok := strings.Cut(name, "/")
	rule := guardRule{route: route{status: Status(status), sentence: status, late: late}}
	if ok {
		rule.sentence = status + "_" + sentence
	}
	if !slices.Contains(routed, rule.status) {
		return guardRule{}, fmt.Errorf("%q is no status of a route", status)
	}
	var err error
	for pattern := range strings.SplitSeq(fields[1], " && ") {
		compiled, err := regexp.Compile(fill(pattern, named))
		if err != nil {
			return guardRule{}, err
		}
		rule.patterns = append(rule.patterns, compiled)
	}
	if len(fields) == 3 {
		rule.unless, err = regexp.Compile(fill(fields[2], named))
	}
	return rule, err
}

// routed are the statuses that end a turn before any search.
var routed = []Status{StatusEmergency, StatusBlocked, StatusPersonal, StatusHandoff, StatusOutOfScope, StatusClarify}

var patternName = regexp.MustCompile(`\{[a-z_]+\}`)

// fill puts patterns in place of their names.
func fill(pattern string, named map[string]string) string {
	return patternName.ReplaceAllStringFunc(pattern, func(name string) string {
		if p, ok := named[name]; ok {
			return p
		}
		return regexp.QuoteMeta(name)
	})
}

// guard gives the route of a question that is not to be searched for, or not to
// be refused like others where search has no answer; ok is false for any other.
func guard(rules []guardRule, q Question) (r route, ok bool) {
	texts := wordings(q)
	for _, rule := range rules {
		if rule.matches(texts) {
			return rule.route, true
		}
	}
	return route{}, false
}

func (rule guardRule) matches(texts []string) bool {
	for _, p := range rule.patterns {
		if !anyMatch(p, texts) {
			return false
		}
	}
	return rule.unless == nil || !anyMatch(rule.unless, texts)
}

func anyMatch(p *regexp.Regexp, texts []string) bool {
	return slices.ContainsFunc(texts, p.MatchString)
}

// wordings gives a question as it is typed and as it is understood, each with
// and without white space, and what it holds in base64.
func wordings(q Question) []string {
	var texts []string
	for _, text := range []string{q.Folded, retrieval.FoldString(q.Typed), decoded(q.Typed)} {
		for _, t := range []string{text, strings.ReplaceAll(text, " ", "")} {
			if t != "" && !slices.Contains(texts, t) {
				texts = append(texts, t)
			}
		}
	}
	return texts
}

var base64Pattern = regexp.MustCompile(`[A-Za-z0-9+/]{16,}={0,2}`)

// decoded gives the text that a question hides in base64; empty if none.
func decoded(typed string) string {
	for _, run := range base64Pattern.FindAllString(typed, -1) {
		bytes, err := base64.StdEncoding.WithPadding(base64.NoPadding).DecodeString(strings.TrimRight(run, "="))
		if err == nil && utf8.Valid(bytes) && strings.ContainsFunc(string(bytes), func(r rune) bool { return unicode.Is(unicode.Han, r) || r == ' ' }) {
			return retrieval.FoldString(string(bytes))
		}
	}
	return ""
}
