package gate

import (
	"regexp"
	"strings"
)

var (
	// office ends the name of an institution or a place; the two characters
	// before it tell it from others.
	office = regexp.MustCompile(`\p{Han}{2}(?:办公室|委员会|服务中心|管理局|管理所|法院|检察院|公安局|派出所|大厅|医院|学校|公司|银行|协会|街道|社区|中心|局|厅|科|县|市|省|镇|乡|村|路|号院)`)
	// place is the name of a place alone.
	place = regexp.MustCompile(`[县市省镇乡村]$`)
	// post is what a person is, next to whose name it stands.
	post = regexp.MustCompile(`(?:副?(?:局|县|镇|乡|市|省|区|科|处|厅|院|所|村|组|队)长|主任|书记|主席|经理|校长|负责人|联系人|先生|女士|同志)`)
)

const (
	// joins is what stands before a place without being of its name: 到市, 全县.
	joins = "了者已之就到在向往回去来为与和及或对等本该全各外由从给当是于我你您"
	// goesOn makes a word of a place's last character: 省内, 县级.
	goesOn = "内外级长委区份情容"
)

// general are words with which a match names nothing.
var general = []string{"公路", "铁路", "道路", "线路", "高速路", "乡镇", "城镇", "农村", "乡村", "城市", "所在", "当地", "哪个", "入银行", "到银行", "在银行"}

// namesStand reports whether each office, place and person stands in the
// evidence, a person next to the same post.
func namesStand(said, held string) bool {
	for _, at := range office.FindAllStringIndex(said, -1) {
		name := said[at[0]:at[1]]
		if !strings.Contains(held, name) && !isGeneral(name) && !isNoPlace(name, said[at[1]:], held) {
			return false
		}
	}
	for _, at := range post.FindAllStringIndex(said, -1) {
		after, word := []rune(said[at[1]:]), said[at[0]:at[1]]
		if !strings.Contains(held, word) {
			return false
		}
		if next := leading(after); next != "" && !strings.Contains(held, word+next) && strings.Contains(held, next) {
			return false // somebody else of the evidence is named behind it
		}
	}
	return true
}

// isNoPlace reports whether what looks like the name of a place is none: 县 in
// 全县 and 县级, or behind a verb as in 再报县, of which 报县 stands in the evidence.
func isNoPlace(name, after, held string) bool {
	if !place.MatchString(name) {
		return false
	}
	end := lastRunes(name, 2)
	return strings.ContainsRune(joins, firstRune(end)) || strings.ContainsRune(goesOn, firstRune(after)) || strings.Contains(held, end)
}

// leading are the first two characters, if they are of one word.
func leading(runes []rune) string {
	if len(runes) < 2 || !isWord(runes[0]) || !isWord(runes[1]) {
		return ""
	}
	return string(runes[:2])
}

// isGeneral reports whether a match names nothing.
func isGeneral(name string) bool {
	for _, g := range general {
		if strings.HasSuffix(name, g) {
			return true
		}
	}
	return false
}
