package check

// slide moves runs that were only added or only left out to where they begin
// behind a mark, if what stands around them leaves the choice: of
// 经许可后，经批准后， it is 经批准后， that was added.
func (a *alignment) slide(sentence, text *wording) {
	for i := 1; i+1 < len(a.steps); i++ {
		before, s, after := &a.steps[i-1], &a.steps[i], &a.steps[i+1]
		if before.kind != Equal || s.kind == Equal || after.kind != Equal {
			continue
		}
		tokens := sentence.tokens
		if s.kind == Delete {
			tokens = text.tokens
		}
		left := 0
		for left < before.to-before.from-1 && tokens[s.from-left-1].text == tokens[s.to-left-1].text {
			left++
		}
		right := 0
		for right < after.to-after.from-1 && tokens[s.from+right].text == tokens[s.to+right].text {
			right++
		}
		for by := -left; by <= right; by++ {
			if tokens[s.from+by-1].isMark() {
				before.to += by
				s.from, s.to = s.from+by, s.to+by
				after.from, after.inText = after.from+by, after.inText+by
				break
			}
		}
	}
}
