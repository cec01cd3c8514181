package bot

import (
	"regexp"
	"strconv"
	"time"

	"zhiwen/retrieval"
)

// moment is the time that a question is about.
type moment struct {
	today   string // 2006-01-02
	on      string // the day on which what is asked is to be in force
	present bool   // it is about what holds now
	past    bool   // it is about what held before, without naming a year
	force   bool   // it asks which document is in force at that time
	lapsed  bool   // documents marked 废止 or 失效 are wanted, too
}

var (
	// pastWords ask for what no longer holds.
	pastWords = regexp.MustCompile(`已经?(?:废止|失效)|(?:废止|失效|修[订改]|调整)(?:的|前|之前)|以前[的是]|^以前|原先|原来的|从前|过去的|` +
		`旧(?:的|版|标准|办法|规定|政策|文件|条例|法)|老(?:的|版|标准|办法|规定|政策|条例)|` +
		`原(?:《|(?:[^\P{Han}则因件材料籍始告油]\p{Han}{0,7})?(?:办法|规定|标准|条例|政策))`)
	// forceWords ask which document is in force.
	forceWords = regexp.MustCompile(`适用|施行|执行哪|执行的|生效|有效|依据哪|按哪`)
	// draftTitle is the title of what is put up for comment and not made yet.
	draftTitle = regexp.MustCompile(`征求意见|意见征集|草案|送审稿|讨论稿|公开征集`)
)

// momentOf reads the time from a question that is understood but for it.
func momentOf(q Question, now time.Time) moment {
	m := moment{today: now.Format(time.DateOnly)}
	m.on = m.today
	m.past = pastWords.MatchString(q.Folded)
	m.force = forceWords.MatchString(q.Folded)
	m.lapsed = m.past || len(q.Titles)+len(q.DocNos) > 0
	switch {
	case len(q.Years) == 0:
		m.present = !m.past && !q.Plans
	case q.Years[0].Number == now.Year():
		m.present = true
	case q.Years[0].Number < now.Year():
		m.on = strconv.Itoa(q.Years[0].Number) + "-12-31"
		m.lapsed = true
	}
	return m
}

// filter lets documents marked 废止 or 失效 into a search that wants them.
func (m moment) filter(f retrieval.Filter) retrieval.Filter {
	if m.lapsed && len(f.Validity) == 0 {
		f.AnyForce = true
	}
	return f
}

// standing says what a document is on a day; the lower, the better it answers
// for that day.
type standing int

const (
	inForce  standing = iota // or nothing says otherwise
	amended                  // marked 已修改
	ended                    // the period it names has passed: only arithmetic says so
	repealed                 // marked 废止 or 失效, or replaced
	coming                   // takes effect, or is published, after the day
	drafted                  // was never made
)

// standingOf tells what a document is on a day (2006-01-02). Of a past day, what
// a mark of today says counts only where the document names no period.
func standingOf(d retrieval.Meta, day, today string) standing {
	marked := d.Validity == retrieval.ValidityRepealed || d.Validity == retrieval.ValidityLapsed || d.ReplacedBy != ""
	switch {
	case draftTitle.MatchString(d.Title):
		return drafted
	case d.Effective > day, d.Effective == "" && d.PublishedDay() > day:
		return coming
	case marked && day >= today, marked && d.Expires != "" && d.Expires < day:
		return repealed
	case d.Expires != "" && d.Expires < day:
		return ended
	case d.Validity == retrieval.ValidityAmended && day >= today:
		return amended
	}
	return inForce
}

// dateOf is the day that tells how new a document is, as precise as it is
// known; "" if nothing tells.
func dateOf(d retrieval.Meta) string {
	switch {
	case d.Published != "":
		return d.PublishedDay()
	case d.Effective != "":
		return d.Effective
	case d.Written != "":
		return d.Written
	}
	if years := yearsIn(retrieval.FoldString(d.Title)); len(years) > 0 {
		return strconv.Itoa(years[0])
	}
	return ""
}

// olderThan reports whether a date (2006-01-02, or its beginning) lies more
// than some months before a day; an unknown date does not.
func olderThan(date, day string, months int) bool {
	at, err := time.Parse(time.DateOnly, day)
	return err == nil && date != "" && date < at.AddDate(0, -months, 0).Format(time.DateOnly)
}

// warnings are what must be said before a document is quoted that may not be
// in force.
func (b *Bot) warnings(q Question, d retrieval.Meta) []Notice {
	switch standingOf(d, q.When.today, q.When.today) {
	case drafted:
		return []Notice{{NoticeDraft, b.say.Draft()}}
	case coming:
		if d.Effective > q.When.today {
			return []Notice{{NoticeComing, b.say.NotYet(d.Effective)}}
		}
	case ended:
		return []Notice{{NoticeEnded, b.say.MayHaveEnded()}}
	case repealed:
		if d.Validity != retrieval.ValidityRepealed && d.Validity != retrieval.ValidityLapsed {
			return []Notice{{NoticeOutdated, b.say.Replaced(d.ReplacedBy)}}
		}
		return []Notice{{NoticeOutdated, b.say.Outdated(string(d.Validity))}}
	case amended:
		return []Notice{{NoticeAmended, b.say.Amended()}}
	}
	return nil
}
