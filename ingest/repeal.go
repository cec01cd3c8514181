package ingest

import (
	"regexp"
	"slices"
	"strings"

	"zhiwen/retrieval"
)

// Repeal is what a document says of another one: that it is not in force any
// more.
type Repeal struct {
	Notice   string             // key of the document that says so
	Title    string             // of the other one, as it is named there
	DocNo    string             // its 文号, if it is named
	Validity retrieval.Validity // 废止 or 失效
}

var (
	// repealNotice is the title of a document whose lists are of what is repealed.
	repealNotice = regexp.MustCompile(`废止|失效|停止执行|清理结果`)
	// endsSentence says that what a sentence names is repealed by it.
	endsSentence = regexp.MustCompile(`(?:同时|予以|即行|一并|相应|决定|现予?|自行)(?:废止|失效)|(?:起|日)(?:废止|失效)|停止执行`)
	named        = regexp.MustCompile(`《([^《》]{3,100})》(?:\s*[（(]([^（）()]{4,40}?号)[）)])?`)
	itemStart    = regexp.MustCompile(`^(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|《|序号[：:])`)
	rowTitle     = regexp.MustCompile(`(?:文件名称|文件标题|标题|名称)[：:]\s*《?([^；;》]{4,100})`)
	// ground leads what a decision rests on, which stays in force.
	ground = regexp.MustCompile(`(?:根据|依据|按照|依照|参照)[^，,。；;]*`)
	// otherFate heads the lists of such a notice that are of something else.
	otherFate = regexp.MustCompile(`继续有效|予以保留|修改|修订`)
	itsFate   = regexp.MustCompile(`废止|失效|停止执行`)
)

// repealsIn reads which documents a text says are repealed: in the lists of a
// notice about that, and in sentences such as 《…》（…号）同时废止.
func repealsIn(doc *retrieval.Document) []Repeal {
	if doc.Validity == retrieval.ValidityRepealed || doc.Validity == retrieval.ValidityLapsed {
		return nil
	}
	isNotice := repealNotice.MatchString(doc.Title)
	validity, listing := fate(doc.Title), isNotice && !otherFate.MatchString(doc.Title)
	var found []Repeal
	for line := range strings.Lines(doc.Text) {
		line = trim(line)
		if isNotice && !strings.Contains(line, "《") && !rowTitle.MatchString(line) {
			switch {
			case otherFate.MatchString(line):
				listing = false
			case itsFate.MatchString(line):
				validity, listing = fate(line), true
			}
			continue
		}
		if listing && itemStart.MatchString(line) && !otherFate.MatchString(line) {
			found = append(found, namedIn(doc, line, validity)...)
			continue
		}
		for _, s := range retrieval.Sentences(line) {
			if sentence := line[s.Start:s.End]; endsSentence.MatchString(sentence) {
				found = append(found, namedIn(doc, ground.ReplaceAllString(sentence, ""), fate(sentence))...)
			}
		}
	}
	return found
}

// fate is what a heading or sentence says becomes of what it names.
func fate(words string) retrieval.Validity {
	if strings.Contains(words, "失效") && !strings.Contains(words, "废止") {
		return retrieval.ValidityLapsed
	}
	return retrieval.ValidityRepealed
}

// namedIn gives the documents that a line names, but for the one it stands in.
func namedIn(doc *retrieval.Document, line string, validity retrieval.Validity) []Repeal {
	var found []Repeal
	add := func(title, no string) {
		if title = trim(title); sameNamed(title, doc.Title) && (no == "" || no == doc.DocNo) {
			return
		}
		found = append(found, Repeal{Notice: doc.Key, Title: title, DocNo: docNo.FindString(squeeze(no)), Validity: validity})
	}
	for _, m := range named.FindAllStringSubmatch(line, -1) {
		add(m[1], m[2])
	}
	if len(found) == 0 {
		if m := rowTitle.FindStringSubmatch(line); m != nil {
			no := docNo.FindString(squeeze(line))
			add(m[1], no[strings.LastIndexByte(no, ':')+1:]) // behind the name of the column
		}
	}
	return found
}

// sameNamed compares titles as they are written in different places.
func sameNamed(a, b string) bool { return titleKey(a) == titleKey(b) }

func titleKey(title string) string {
	return squeeze(strings.Trim(retrieval.FoldString(title), "《》"))
}

// concerns reports whether a repeal is about a document.
func (r Repeal) concerns(m retrieval.Meta) bool {
	switch {
	case m.Key == r.Notice:
		return false
	case r.DocNo != "" && m.DocNo != "":
		return retrieval.DocNoTerm(r.DocNo) == retrieval.DocNoTerm(m.DocNo)
	}
	return m.Title != "" && sameNamed(r.Title, m.Title)
}

// repeals are those of a collection in order, to be found by what they may
// concern: a collection of a hundred thousand documents has thousands.
type repeals struct {
	all     []Repeal
	byTitle map[string][]int // by titleKey
	byNo    map[string][]int // by retrieval.DocNoTerm
	notices map[string]bool  // the keys of the documents that say so
}

func newRepeals(all []Repeal) repeals {
	r := repeals{all: all, byTitle: map[string][]int{}, byNo: map[string][]int{}, notices: map[string]bool{}}
	for i, one := range all {
		r.notices[one.Notice] = true
		r.byTitle[titleKey(one.Title)] = append(r.byTitle[titleKey(one.Title)], i)
		if one.DocNo != "" {
			r.byNo[retrieval.DocNoTerm(one.DocNo)] = append(r.byNo[retrieval.DocNoTerm(one.DocNo)], i)
		}
	}
	return r
}

// of gives the first that concerns a document.
func (r repeals) of(m retrieval.Meta) (Repeal, bool) {
	may := slices.Clone(r.byTitle[titleKey(m.Title)])
	if m.DocNo != "" {
		may = append(may, r.byNo[retrieval.DocNoTerm(m.DocNo)]...)
	}
	slices.Sort(may)
	for _, i := range may {
		if r.all[i].concerns(m) {
			return r.all[i], true
		}
	}
	return Repeal{}, false
}
