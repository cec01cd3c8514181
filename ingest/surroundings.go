package ingest

import (
	"regexp"
	"slices"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// What a mark is, its own line does not always tell. Here the lines around it
// decide.

// skipContents unmarks the lines of a table of contents: behind a line 目录,
// up to where its first line comes again.
func (o *outline) skipContents() {
	for i := range o.paras {
		if squeeze(o.short(i)) != "目录" {
			continue
		}
		o.paras[i].depth = 0
		for j := i + 1; j < len(o.paras) && o.paras[j].marked; j++ {
			if j > i+1 && squeeze(o.short(j)) == squeeze(o.short(i+1)) {
				break
			}
			if o.paras[j].mark.level >= retrieval.LevelArticle && o.paras[j].mark.level < retrieval.LevelOutline1 {
				break
			}
			o.paras[j].marked, o.paras[j].depth = false, 0
		}
		return
	}
}

// skipReferences unmarks lines that happen to begin with a reference to a
// 条: no space behind it, and out of sequence.
func (o *outline) skipReferences() {
	last := 0
	for i := range o.paras {
		p := &o.paras[i]
		if !p.marked || p.mark.level != retrieval.LevelArticle {
			continue
		}
		p.marked = p.mark.spaced || p.mark.number == last+1
		if p.marked {
			last = p.mark.number
		}
	}
}

// short is the text of paragraph i, "" when it is longer than a heading.
func (o *outline) short(i int) string {
	p := o.paras[i]
	if p.End-p.Start > maxHeading*utf8.UTFMax {
		return ""
	}
	return o.text[p.Start:p.End]
}

// liftHeadings makes chapters and subchapters of 一、 and （一） where 条 stand
// below them, as in interpretations of the courts: there 一、 is neither part
// of the 条 before it nor does it end with the 条 behind it.
func (o *outline) liftHeadings() {
	articles := false // a 条 came before
	subchapter := 0   // number of the last （一） that was lifted, under one chapter
	for i := range o.paras {
		p := &o.paras[i]
		if !p.marked {
			continue
		}
		switch p.mark.level {
		case retrieval.LevelArticle:
			articles = true
		case retrieval.LevelOutline1:
			if o.isBareHeading(i) && (articles && p.depth > 0 || o.beforeArticle(i)) {
				p.mark.level = retrieval.LevelChapter
				subchapter = 0
			}
		case retrieval.LevelOutline2:
			above := i > 0 && o.paras[i-1].marked && o.paras[i-1].mark.level == retrieval.LevelChapter
			if o.isBareHeading(i) && p.mark.number == subchapter+1 && (above || subchapter > 0) && o.beforeArticle(i) {
				p.mark.level = retrieval.LevelSubchapter
				subchapter++
			}
		}
	}
}

// isBareHeading reports whether paragraph i is a mark and words that are no
// sentence.
func (o *outline) isBareHeading(i int) bool {
	p := o.paras[i]
	rest := o.text[p.Start+p.mark.size : p.End]
	length, _, end := firstSentence(rest)
	last, _ := utf8.DecodeLastRuneInString(rest)
	return length == len(rest) && end == 0 && last != '：' && last != ':'
}

// beforeArticle reports whether a 条 follows paragraph i, or a （一） and a 条.
func (o *outline) beforeArticle(i int) bool {
	for j := i + 1; j < len(o.paras) && o.paras[j].marked; j++ {
		if l := o.paras[j].mark.level; l != retrieval.LevelOutline2 || j > i+1 {
			return l == retrieval.LevelArticle
		}
	}
	return false
}

var (
	// dayLine is the date below a signature.
	dayLine = regexp.MustCompile(`^(?:(?:19|20)\d{2}|[一二][〇○零0一二三四五六七八九]{3})年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日$`)
	// noteLine stands below the date.
	noteLine = regexp.MustCompile(`^(?:\(此件.*\)|\(联系.*\)|(?:抄送|抄报|主题词|联系人|联系电话)[:：].*|.*印发)$`)
)

// attachmentLine begins the list of what is attached, which stands below the
// text: 附件：1.名称, and 2.名称 in the next line.
var attachmentLine = regexp.MustCompile(`^附件[:：][\s\p{Z}]*([1１][.．、])?[\s\p{Z}]*[^\s\p{Z}]`)

// findAttachmentLists finds the lines that name what is attached: they are no
// part of the last 条, and their numbers are no headings.
func (o *outline) findAttachmentLists() {
	for i := range o.paras {
		p := &o.paras[i]
		first := attachmentLine.FindStringSubmatch(o.short(i))
		if first == nil || p.row || p.depth > 0 {
			continue
		}
		o.closings = append(o.closings, p.Start)
		p.listed, p.marked = true, false
		for number := 2; first[1] != "" && i+1 < len(o.paras); number++ {
			i++
			next := &o.paras[i]
			if !next.marked || next.mark.level != retrieval.LevelOutline3 || next.mark.number != number || next.depth > 0 {
				break
			}
			next.listed, next.marked = true, false
		}
	}
}

// findClosings finds signature, date and notes at the end of a document, or
// before what is attached to it: they are no part of the last 条.
func (o *outline) findClosings() {
	for i := range o.paras {
		if !dayLine.MatchString(squeeze(o.short(i))) || !o.closes(i) {
			continue
		}
		for n := 0; n < 3 && i > 0 && o.isSignature(i-1); n++ {
			i--
		}
		o.closings = append(o.closings, o.paras[i].Start)
	}
	slices.Sort(o.closings)
}

// closes reports whether nothing but notes follows paragraph i.
func (o *outline) closes(i int) bool {
	for j := i + 1; j < len(o.paras); j++ {
		p := o.paras[j]
		if p.depth > 0 || isAttachmentMark(o.text[p.Start:p.End]) {
			return true
		}
		if !p.listed && !noteLine.MatchString(squeeze(o.short(j))) {
			return false
		}
	}
	return true
}

// isSignature holds for the name of an authority: short, and no sentence.
func (o *outline) isSignature(i int) bool {
	p := o.paras[i]
	text := o.short(i)
	_, runes, end := firstSentence(text)
	return text != "" && !p.marked && !p.row && p.depth == 0 && end == 0 && !isSentence(text) && runes <= maxRunIn && !dayLine.MatchString(squeeze(text))
}
