package bot

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// A site publishes about the same matter again and again: every year's notice,
// a rule and what replaced it. What tells such documents from those about
// another matter is in their titles, publishers and places.

var (
	serialWords = regexp.MustCompile(`第[〇零一二三四五六七八九十百\d]+(?:号|期|批|次|季度)|[上下]半年|\d{1,2}月份?|\d+`)
	titleYears  = regexp.MustCompile(`(?:(?:19|20)\d{2}|[一二][〇零九][〇零一二三四五六七八九]{2})(?:[-—–~至到]+(?:19|20)\d{2})?年?度?`)
	// statusWords say what became of a text, or how it was published, not what
	// it is about.
	statusWords = strings.NewReplacer("征求意见稿", "", "公开征求意见", "", "征求意见", "", "草案", "", "送审稿", "", "讨论稿", "",
		"暂行", "", "试行", "", "临时", "", "修订稿", "", "修订", "", "修正", "", "关于", "", "印发", "", "公布", "", "发布", "", "转发", "", "做好", "",
		"通知", "", "公告", "", "通告", "", "公示", "", "的", "")
)

// plainTitle is the shortest title without years and numbers, in runes, that
// says by itself what a document is about: 机构职能 and 领导信息 are the titles of
// many offices' pages.
const plainTitle = 8

// leastTitle is the shortest one that says anything.
const leastTitle = 3

// seriesOf is a title without what differs between the documents of one
// series: years, numbers and words like 试行.
func seriesOf(title string) string {
	folded := titleYears.ReplaceAllString(retrieval.FoldString(title), "")
	folded = statusWords.Replace(serialWords.ReplaceAllString(folded, ""))
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Han, r) {
			return r
		}
		return -1
	}, folded)
}

// sameSeries reports whether two documents differ in nothing but their year or
// number: by title, and from the same office or at least from the same place.
func sameSeries(a, b retrieval.Meta) bool {
	title := seriesOf(a.Title)
	if utf8.RuneCountInString(title) < leastTitle || title != seriesOf(b.Title) {
		return false
	}
	if utf8.RuneCountInString(title) < plainTitle && a.Publisher != b.Publisher {
		return false
	}
	return samePlace(a, b)
}

// level is how high the publisher of a document stands.
type level int

const (
	levelUnknown level = iota
	levelTownship
	levelCounty
	levelCity
	levelProvince
	levelNation
)

// String is the level as visitors read it, "" where it is unknown.
func (l level) String() string {
	return [...]string{"", "乡镇", "县级", "市级", "省级", "国家"}[l]
}

var (
	nationWords = regexp.MustCompile(`^国务院|^国家|^全国|^中央|^中国|^中华人民共和国|^最高人民|^(?:财政|民政|司法|公安|教育|交通运输|农业农村|生态环境|住房和?城乡建设|人力资源和?社会保障|应急管理|商务|文化和旅游|自然资源|水利|退役军人事务|科学技术|工业和信息化)部`)
	// placeName begins a title or a publisher; one that the gazetteer does not
	// list counts, too.
	placeName = regexp.MustCompile(`^(?:关于)?(?:印发|公布|调整)?(?:\p{Han}{2,6}?(?:省|自治区))?(?:\p{Han}{1,6}?(?:市|州))?(\p{Han}{1,6}?(?:省|自治区|市|县|区|旗|乡|镇|街道))`)
)

// seat is the level of a document's publisher and the place that it governs, as
// far as the publisher's name or else the title tells.
func seat(d retrieval.Meta) (level, string) {
	for _, text := range []string{d.Publisher, d.Title} {
		folded := retrieval.FoldString(text)
		if nationWords.MatchString(folded) {
			return levelNation, ""
		}
		if m := placeName.FindStringSubmatch(folded); m != nil {
			if l := levelOfPlace(m[1]); l != levelUnknown {
				return l, m[1]
			}
		}
	}
	return levelUnknown, ""
}

// notPlaces end like a place and are none; the gazetteer has names like 西山区
// that end in the same way.
var notPlaces = regexp.MustCompile(`^[全本我各城小社园山地辖校景灾矿片郊都超菜股夜上乡村集市政护该每][省市县区镇乡]$|[城小社园地辖校景灾矿片护]区$`)

func levelOfPlace(name string) level {
	p, listed := gazetteer()[name]
	listed = listed && p.Name == name && utf8.RuneCountInString(name) > 2
	switch {
	case listed && strings.HasSuffix(p.Code, "0000"):
		return levelProvince
	case listed && strings.HasSuffix(p.Code, "00"):
		return levelCity
	case listed:
		return levelCounty
	case notPlaces.MatchString(name):
		return levelUnknown
	}
	switch r, _ := utf8.DecodeLastRuneInString(name); r {
	case '县', '旗', '区':
		if strings.HasSuffix(name, "自治区") {
			return levelProvince
		}
		return levelCounty
	case '市':
		return levelCity
	case '省':
		return levelProvince
	}
	return levelTownship
}

// samePlace reports whether nothing says that two documents come from
// different levels or places.
func samePlace(a, b retrieval.Meta) bool {
	levelA, placeA := seat(a)
	levelB, placeB := seat(b)
	return levelA == levelUnknown || levelB == levelUnknown || levelA == levelB && placeA == placeB
}

// otherPlace reports whether two documents come from places of the same level
// that differ: what one says does not hold where the other does.
func otherPlace(a, b retrieval.Meta) bool {
	levelA, placeA := seat(a)
	levelB, placeB := seat(b)
	return levelA != levelUnknown && levelA == levelB && placeA != placeB
}
