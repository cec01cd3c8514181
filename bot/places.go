package bot

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

// places.txt lists the divisions of China down to the county with their
// administrative codes; the collection itself tells the townships.
//
//go:embed tables/places.txt
var placesTable string

// Place is a place that a question names.
type Place struct {
	Name  string // as listed; for a township as the visitor wrote it
	Short string // without 省, 市, 县…; empty where that is a common word, too
	Code  string // six digits; empty for a township
}

// gazetteer maps a listed name, full or short, to its place.
var gazetteer = sync.OnceValue(func() map[string]Place {
	table := map[string]Place{}
	for line := range strings.Lines(placesTable) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) < 2 || strings.HasPrefix(line, "#") {
			continue
		}
		place := Place{Code: fields[0], Name: fields[1]}
		if len(fields) > 2 {
			place.Short = fields[2]
			if _, taken := table[place.Short]; !taken {
				table[place.Short] = place
			}
		}
		if _, taken := table[place.Name]; !taken {
			table[place.Name] = place
		}
	}
	return table
})

// townshipPattern takes up to three characters before 乡, 镇 or 街道; which of
// them belong to the name only the evidence can tell.
var townshipPattern = regexp.MustCompile(`(\p{Han}{2,3})(乡|镇|街道)`)

// longestPlace is the length in runes of the longest listed name.
const longestPlace = 15

// placesIn finds the places that a text names, the most specific ones only:
// of 安徽省绩溪县 it gives 绩溪县.
func placesIn(text string) []Place {
	runes := []rune(text)
	var found []Place
	for i := 0; i < len(runes); {
		n := 0
		for length := min(longestPlace, len(runes)-i); length >= 2; length-- {
			p, ok := gazetteer()[string(runes[i:i+length])]
			if ok && (length > 2 || p.Name != string(runes[i:i+2]) || standsFree(runes, i)) {
				found = append(found, p)
				n = length
				break
			}
		}
		i += max(n, 1)
	}
	return mostSpecific(append(found, townshipsIn(text)...))
}

// standsFree reports whether a county's name of two characters (范县) may begin
// at i: inside a longer word (示范县) it is none.
func standsFree(runes []rune, i int) bool {
	return i == 0 || !unicode.Is(unicode.Han, runes[i-1]) || strings.ContainsRune("省市州区在到去问请给从和与及是对", runes[i-1])
}

func townshipsIn(text string) []Place {
	var found []Place
	for _, at := range townshipPattern.FindAllStringSubmatchIndex(text, -1) {
		m := []string{"", text[at[2]:at[3]], text[at[4]:at[5]]}
		before := []rune(m[1])
		if strings.HasPrefix(text[at[1]:], "镇") || strings.HasPrefix(text[at[1]:], "村") {
			continue // 下放给乡镇, 到乡村
		}
		// 城镇, 乡镇, 小镇, 各镇 and the like name no township.
		if strings.ContainsRune("城乡集小市村古重各全本我该每个给在到去从下对向往由被把让哪的", before[len(before)-1]) {
			continue
		}
		found = append(found, Place{Name: string(before[len(before)-2:]) + m[2]})
	}
	return found
}

func mostSpecific(all []Place) []Place {
	var kept []Place
	for i, p := range all {
		covered := false
		for j, q := range all {
			if i != j && (p.holds(q) || p == q && j < i) {
				covered = true
			}
		}
		if !covered {
			kept = append(kept, p)
		}
	}
	return kept
}

// holds reports whether q lies within p.
func (p Place) holds(q Place) bool {
	if p.Code == "" {
		return false
	}
	if q.Code == "" {
		return true
	}
	prefix := strings.TrimRight(p.Code, "0")
	if len(prefix)%2 == 1 {
		prefix += "0"
	}
	return p.Code != q.Code && strings.HasPrefix(q.Code, prefix)
}

// namedIn reports whether a text names the place.
func (p Place) namedIn(text string) bool {
	return strings.Contains(text, p.Name) || p.Short != "" && strings.Contains(text, p.Short)
}
