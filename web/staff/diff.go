package staff

import (
	"time"

	"github.com/sergi/go-diff/diffmatchpatch"

	"zhiwen/bot/check"
)

// diffTime bounds the search for the shortest diff; a longer one is shown
// after that.
const diffTime = 2 * time.Second

// diffOf says how one text becomes another, in runs that a person can read.
func diffOf(before, after string) []opView {
	d := diffmatchpatch.New()
	d.DiffTimeout = diffTime
	var views []opView
	for _, part := range d.DiffCleanupSemantic(d.DiffMain(before, after, true)) {
		v := opView{Kind: check.Equal, Text: part.Text}
		switch part.Type {
		case diffmatchpatch.DiffInsert:
			v.Kind, v.Word = check.Insert, "增加"
		case diffmatchpatch.DiffDelete:
			v.Kind, v.Word = check.Delete, "删除"
		}
		views = append(views, v)
	}
	return views
}

// keptAround is how much of what stays the same is shown beside a change, in
// runes.
const keptAround = 40

// folded leaves out the middle of long runs that stay the same.
func folded(views []opView) []opView {
	var short []opView
	for i, v := range views {
		text := []rune(v.Text)
		if v.Kind != check.Equal || len(text) <= 3*keptAround {
			short = append(short, v)
			continue
		}
		if i > 0 {
			short = append(short, opView{Kind: check.Equal, Text: string(text[:keptAround])})
		}
		short = append(short, opView{Kind: check.Equal, Text: "\n……\n"})
		if i < len(views)-1 {
			short = append(short, opView{Kind: check.Equal, Text: string(text[len(text)-keptAround:])})
		}
	}
	return short
}
