package guide

import (
	"regexp"
	"strings"
	"unicode"

	"zhiwen/retrieval"
)

// Title is the name of a guide as questions are held against it.
type Title struct {
	Core  string // the matter, without its cases
	said  string // the matter and its cases, parted by spaces
	runs  [][]rune
	plain [][]bool // of runs: the runes that tell this matter from others
}

var (
	inBrackets = regexp.MustCompile(`[(〔\[][^)〕\]]*[)〕\]]`)
	colonLead  = regexp.MustCompile(`^[^:]{1,8}:`)
	yearOfIt   = regexp.MustCompile(`(?:19|20)\d{2}年?度?`)
)

// titleOf reads the title of a guide.
func titleOf(title string) Title {
	folded := retrieval.FoldString(title)
	folded = colonLead.ReplaceAllString(folded, "")
	folded = yearOfIt.ReplaceAllString(inBrackets.ReplaceAllString(folded, " "), " ")
	for _, word := range []string{"办事指南", "服务指南", "办理指南", "申请指南", "指南", "须知", "一次性告知书", "一次性告知", "办理流程"} {
		folded = strings.ReplaceAll(folded, word, " ")
	}
	t := Title{}
	var kept, said []string
	for _, run := range strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		said = append(said, run)
		runes := []rune(run)
		plain := make([]bool, len(runes))
		tells := 0
		for i, generic := range genericIn(runes) {
			plain[i] = !generic
			if !generic {
				tells++
			}
		}
		if tells == 0 {
			continue // 换领, 补办
		}
		t.runs, t.plain = append(t.runs, runes), append(t.plain, plain)
		kept = append(kept, withoutCases(run))
	}
	t.Core, t.said = strings.Join(kept, " "), strings.Join(said, " ")
	return t
}

// withoutCases takes the cases out of the name of a matter, and what only says
// that it is one.
func withoutCases(name string) string {
	for _, r := range caseRules() {
		if r.name == "买卖" || r.name == "继承" || r.name == "赠与" {
			continue
		}
		for _, word := range r.named {
			name = strings.ReplaceAll(name, word, "")
		}
	}
	for _, word := range []string{"申领", "申请", "办理"} {
		name = strings.TrimSuffix(name, word)
	}
	return name
}

// genericIn marks the runes of generic words.
func genericIn(runes []rune) []bool {
	marked := make([]bool, len(runes))
	text := string(runes)
	for _, word := range genericWords() {
		n := len([]rune(word))
		for at := 0; ; {
			i := strings.Index(text[at:], word)
			if i < 0 {
				break
			}
			first := len([]rune(text[:at+i]))
			for k := range n {
				marked[first+k] = true
			}
			at += i + len(word)
		}
	}
	return marked
}

const (
	genericWeight = 0.3 // of a rune that does not tell matters apart
	shareWeight   = 1.0 // of holding all of a title and not a part
	actWeight     = 1.0 // of saying that it is to be done: 办居住登记
	tellingRunes  = 2   // that must be shared without a gap
)

// kindMarks end the names of things: after words shared with a title, another
// thing is meant (失业金, 失业登记).
var kindMarks = []string{"证", "金", "卡", "险", "费", "税", "本", "簿", "登记", "备案", "许可", "补贴", "补助"}

// Match says how well the texts of a question name the matter; 0: they do not.
func (t Title) Match(texts []string) float64 {
	best := 0.0
	for i, run := range t.runs {
		covered := make([]bool, len(run))
		tells, done := false, false
		for _, text := range texts {
			told, act := cover(run, t.plain[i], []rune(text), covered)
			tells, done = tells || told, done || act
		}
		if !tells {
			continue
		}
		sum, all := 0.0, 0.0
		for k := range run {
			weight := genericWeight
			if t.plain[i][k] {
				weight = 1
			}
			all += weight
			if covered[k] {
				sum += weight
			}
		}
		if done {
			sum += actWeight
		}
		best = max(best, sum+shareWeight*sum/all)
	}
	return best
}

// acts stand right before a matter that is to be done.
const acts = "办补换领请销批"

// cover marks what a title shares with a text, in runs of two runes and more,
// and reports whether one of them tells the matter, and whether that is to be
// done.
func cover(run []rune, plain []bool, text []rune, covered []bool) (tells, done bool) {
	for i := range run {
		for j := range text {
			n := 0
			for i+n < len(run) && j+n < len(text) && run[i+n] == text[j+n] {
				n++
			}
			if n < 2 || otherThing(run[i+n:], text[j+n:]) {
				continue
			}
			telling, longest := 0, 0
			for k := range n {
				covered[i+k] = true
				telling++
				if !plain[i+k] {
					telling = 0
				}
				longest = max(longest, telling)
			}
			if longest >= tellingRunes {
				tells = true
				done = done || j > 0 && strings.ContainsRune(acts, text[j-1])
			}
		}
	}
	return tells, done
}

// otherThing reports whether a text goes on with the mark of a thing that the
// title does not go on with.
func otherThing(title, text []rune) bool {
	for _, mark := range kindMarks {
		if strings.HasPrefix(string(text), mark) && !strings.Contains(string(title), mark) {
			return true
		}
	}
	return false
}
