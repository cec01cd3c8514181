package bot

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"

	"zhiwen/prompts"
)

//go:embed tables/guard.txt
var guardTable string

// guardRule routes a question before any search.
type guardRule struct {
	status  Status
	pattern *regexp.Regexp
}

// parseGuard reads a table of "status, tab, pattern" lines.
func parseGuard(table string, say *prompts.Sentences) ([]guardRule, error) {
	var rules []guardRule
	for i, line := range tableLines(table) {
		status, pattern, ok := strings.Cut(line, "\t")
		if !ok {
			return nil, fmt.Errorf("guard table, rule %d: no tab between status and pattern", i+1)
		}
		if _, known := say.Routed(status, ""); !known {
			return nil, fmt.Errorf("guard table, rule %d: no sentence for status %q", i+1, status)
		}
		compiled, err := regexp.Compile(pattern)
		if err != nil {
			return nil, fmt.Errorf("guard table, rule %d: %w", i+1, err)
		}
		rules = append(rules, guardRule{Status(status), compiled})
	}
	return rules, nil
}

// guard gives the status of a question that must not be searched for, or "".
func guard(rules []guardRule, q Question) Status {
	for _, r := range rules {
		if r.pattern.MatchString(q.Folded) {
			return r.status
		}
	}
	return ""
}
