package ingest

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"zhiwen/retrieval"
)

const (
	// maxEnactment is how many lines the history under a law's title may have;
	// Word files break it for looks.
	maxEnactment = 12
	// maxClosing is how many lines at the end are searched for the 条 that says
	// when a law takes effect.
	maxClosing = 40
)

var (
	// step is what happened on a date, in a text without spaces.
	step       = regexp.MustCompile(`通过|制定|修订|修正|批准|公布|发布|施行|实施`)
	letterhead = regexp.MustCompile(`(?:文件|公告|公报|令)$`)
	lawTitle   = regexp.MustCompile(`(?:条例|办法|规定|决定|细则|规则|法|解释|规程|章程|决议)(?:\([^()]{1,8}\))?$`)
	effective  = regexp.MustCompile(`(?:自|从|于)(?:((?:19|20)\d{2}年\d{1,2}月\d{1,2}日)|(?:公布|发布|印发)之日)起?(?:施行|实施|生效)`)
)

// enact reads when a law was made from the line under its title, and when it
// takes effect from there or from its last 条:
// （2020年7月6日…通过 2021年8月25日…修正 自2021年10月1日起施行）. The text as it
// stands was written when it was last changed.
func enact(meta *retrieval.Meta, lines []line) {
	history := history(lines)
	if history == "" {
		return
	}
	published := ""
	dates := date.FindAllStringIndex(history, -1)
	for i, at := range dates {
		end := len(history)
		if i+1 < len(dates) {
			end = dates[i+1][0]
		}
		on := day(history[at[0]:at[1]])
		switch step.FindString(history[at[1]:end]) {
		case "通过", "制定", "修订", "修正":
			if meta.Written == "" || on > meta.Written {
				meta.Written = on
			}
		case "公布", "发布":
			published = on
		}
	}
	if meta.Written == "" {
		meta.Written = published
	}
	if meta.Effective == "" {
		meta.Effective = effectiveIn(history, published)
	}
	for i := len(lines) - 1; i >= max(0, len(lines)-maxClosing) && meta.Effective == ""; i-- {
		if text := squeeze(lines[i].text); strings.Contains(text, "本") {
			meta.Effective = effectiveIn(text, published)
		}
	}
}

// effectiveIn gives the day a text names; the day of publication may be known.
func effectiveIn(text, published string) string {
	m := effective.FindStringSubmatch(text)
	switch {
	case m == nil:
		return ""
	case m[1] != "":
		return day(m[1])
	}
	return published
}

// history is the line under the title, squeezed, with the breaks in it undone;
// "" where there is none.
func history(lines []line) string {
	var b strings.Builder
	for _, l := range lines[:min(len(lines), maxEnactment)] {
		text := squeeze(l.text)
		if b.Len() == 0 {
			if at := date.FindStringIndex(text); !strings.HasPrefix(text, "(") && (at == nil || at[0] > 0) {
				continue
			}
		}
		if _, marked := parseMark(trim(l.text)); marked || text == "目录" {
			break
		}
		b.WriteString(text)
		if closed := strings.Count(b.String(), "("); closed > 0 && closed == strings.Count(b.String(), ")") {
			break
		}
	}
	found := b.String()
	if !step.MatchString(found) || !date.MatchString(found) || strings.Contains(found, "。") {
		return ""
	}
	return found
}

// enactedTitle is the line of a law's title that its history stands right
// under; "" where there is none.
func enactedTitle(lines []line) string {
	for i := 1; i < min(len(lines), maxEnactment); i++ {
		if title := trim(lines[i-1].text); strings.HasPrefix(squeeze(lines[i].text), "(") && lawTitle.MatchString(squeeze(title)) && history(lines[i:]) != "" {
			return title
		}
	}
	return ""
}

// withWholeTitle joins the two lines that a law's title is often broken into.
func withWholeTitle(lines []line) []line {
	if len(lines) < 3 || history(lines[2:3]) == "" && history(lines[2:min(len(lines), 6)]) == "" {
		return lines
	}
	first, second := squeeze(lines[0].text), squeeze(lines[1].text)
	whole := trim(lines[0].text) + trim(lines[1].text)
	if lawTitle.MatchString(first) || letterhead.MatchString(first) || !lawTitle.MatchString(second) || strings.ContainsAny(whole, "。；：:()（）") ||
		utf8.RuneCountInString(whole) > maxHeading || lines[0].row || lines[1].row {
		return lines
	}
	joined := lines[0]
	joined.text = whole
	return append([]line{joined}, lines[2:]...)
}
