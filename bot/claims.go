package bot

import (
	"regexp"
	"strings"

	"zhiwen/retrieval"
)

var (
	// goalWords say that something is strived for; doneWords that it is so.
	goalWords = regexp.MustCompile(`继续争创|争创|创建|申报|力争|争取|拟|计划|推进|筹备|目标`)
	doneWords = regexp.MustCompile(`命名|获评|评为|荣获|授予|入选|建成|已成为|认定为|获得`)
	// namelessWords stand for somebody whom the source does not name.
	namelessWords = regexp.MustCompile(`个别\p{Han}{2,4}|部分\p{Han}{2,6}|有的\p{Han}{2,4}|少数\p{Han}{2,4}|一些\p{Han}{2,4}`)
	becomePattern = regexp.MustCompile(`是不是|是否|成了|评上|创成|[是成].*了[吗么]?$|了没|(?:哪一?年|哪一?天|什么时候|啥时候|何时|几时).{0,3}(?:被|获|评|成|命名|建成|创成)`)
	// honourPattern finds what a question says somebody has become.
	honourPattern = regexp.MustCompile(`(示范|先进|文明|模范|优秀|百强|卫生|园林|平安|试点|基地)\p{Han}{0,6}`)
)

// goalsOnly gives the words with which the windows speak of an honour as a
// goal, if that is all they do: the question whether it has been reached then
// has no answer in them.
func goalsOnly(q Question, ws []Window) []string {
	honour := honourAsked(q)
	if honour == "" {
		return nil
	}
	var words []string
	for _, w := range ws {
		for _, sentence := range mentions(w.Text, honour) {
			if doneWords.MatchString(sentence) {
				return nil
			}
			if goal := goalWords.FindString(sentence); goal != "" {
				words = appendNew(words, goal)
			}
		}
	}
	return words
}

// honourAsked gives the honour of which a question asks whether, or when, it was
// reached; "" if it asks nothing like that.
func honourAsked(q Question) string {
	if q.Want != WantYesNo && !becomePattern.MatchString(q.Folded) {
		return ""
	}
	return honourPattern.FindString(q.Core)
}

// honourMentions gives the sentences of a document that say of an honour that it
// was reached, or else those that speak of it as a goal.
func honourMentions(lead evidence, honour string) []evidence {
	var done, goals []evidence
	text := lead.doc.Text
	for _, s := range retrieval.Sentences(text) {
		sentence := strings.Trim(text[s.Start:s.End], "。")
		if len(mentions(sentence, honour)) == 0 {
			continue
		}
		e := evidence{Window{
			Passage: lead.Passage, Start: s.Start, End: s.End, Text: text[s.Start:s.End], Highlight: retrieval.Span{Start: s.Start, End: s.End},
		}, lead.doc}
		switch {
		case doneWords.MatchString(sentence):
			done = append(done, e)
		case goalWords.MatchString(sentence):
			goals = append(goals, e)
		}
	}
	const most = 3
	if len(done) > 0 {
		return done[:min(most, len(done))]
	}
	return goals[:min(most, len(goals))]
}

// mentions gives the sentences of a text that hold the first three characters
// of an honour (示范县创建工作 speaks of 示范县).
func mentions(text, honour string) []string {
	runes := []rune(honour)
	key := string(runes[:min(3, len(runes))])
	var found []string
	for sentence := range strings.SplitSeq(text, "。") {
		if strings.Contains(sentence, key) {
			found = append(found, sentence)
		}
	}
	return found
}

// namelessOnly gives the words (个别干部, 部分执法单位) with which a window
// speaks of those whom the question wants named.
func namelessOnly(q Question, w Window) []string {
	if q.Want != WantCulprits {
		return nil
	}
	return namelessWords.FindAllString(w.Text, 2)
}

func appendNew(words []string, word string) []string {
	for _, w := range words {
		if w == word {
			return words
		}
	}
	return append(words, word)
}
