package bot

import "regexp"

var (
	// died tells of a death without doubt, left may mean another thing of the young.
	died = regexp.MustCompile(`(?:爸|妈|爹|娘|父亲|母亲|爷|奶|公公|婆婆|外公|外婆|老公|老婆|丈夫|妻子|老伴|老头|老太|老人|儿子|女儿|孩子|哥|姐|弟|妹|叔|伯|舅|姑|姨|家里人|亲人)[^。？?，,；;]{0,6}(?:去世|过世|逝世|离世|病逝|病故|死了)`)
	left = regexp.MustCompile(`(?:爸|妈|爹|娘|父亲|母亲|爷爷|奶奶|公公|婆婆|外公|外婆|老伴|老头子?|老太太?|老人家?)[^。？?，,；;的卡证簿被让把钱]{0,4}(?:走了|不在了|没了)(?:[，,。；;？?]|$|以后|之后|后|他|她|怎么|要|能)`)
)

// mourns reports whether a question tells of a death in the visitor's family:
// it is answered after a word of sympathy (requirements §7.7, row 15).
func mourns(q Question) bool { return died.MatchString(q.Folded) || left.MatchString(q.Folded) }

// condole puts a word of sympathy before an answer.
func (b *Bot) condole(q Question, a *Answer) {
	switch a.Status {
	case StatusEmergency, StatusBlocked:
	default:
		if mourns(q) {
			a.Text = b.say.Condolence() + "\n" + a.Text
		}
	}
}
