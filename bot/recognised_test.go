package bot

import (
	"strings"
	"testing"

	"zhiwen/retrieval"
)

// TestRecognised: words that a program read in a picture are not called the
// original's, and lead to the picture.
func TestRecognised(t *testing.T) {
	const text = "图书借期为30天，可以续借一次。\n逾期每天每册收取0.1元。\n"
	for _, test := range []struct {
		pages, recognised []int
		label             string
	}{
		{[]int{0}, []int{1}, labelRecognised},
		{[]int{0, strings.Index(text, "逾期")}, []int{2}, labelExcerpt},
		{[]int{0}, nil, labelExcerpt},
	} {
		shelf := collection(retrieval.Document{
			Meta: retrieval.Meta{Title: "青石县图书借阅管理办法"}, Text: text, Pages: test.pages, Recognised: test.recognised, Pictured: true,
		})
		b, err := New(Config{Search: &retrieval.Searcher{Index: shelf}, Documents: shelf})
		if err != nil {
			t.Fatal(err)
		}
		a, err := b.Ask(t.Context(), Request{Question: "图书借期可以续借几次"}, nil)
		if err != nil || len(a.Citations) == 0 {
			t.Fatalf("%+v, %v", a, err)
		}
		c := a.Citations[0]
		if a.Label != test.label || c.Recognised != (test.label == labelRecognised) || !strings.HasPrefix(c.PageURL, "/doc/doc1/page/1?start=") {
			t.Errorf("recognised pages %v: label %s, citation %+v", test.recognised, a.Label, c)
		}
	}
}
