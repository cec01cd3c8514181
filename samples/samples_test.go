package samples

import (
	"bufio"
	"encoding/json"
	"io/fs"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// TestPagesSaySo: nobody must take a sample for a document of an authority.
func TestPagesSaySo(t *testing.T) {
	for name, text := range pages(t) {
		if !strings.Contains(text, "示例：") {
			t.Errorf("%s: the title does not say 示例：", name)
		}
		if !strings.Contains(text, "本页") || !strings.Contains(text, "为准") {
			t.Errorf("%s: no sentence says that it is a sample", name)
		}
	}
}

// TestGoldenAnswersStand holds golden.jsonl to the pages: every answer is
// found in its page, word for word, and every page has a question.
func TestGoldenAnswersStand(t *testing.T) {
	texts := pages(t)
	asked := map[string]bool{}
	seen := map[string]bool{}
	file, err := FS.Open("golden.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var row struct {
			ID, Question, Answer string
			DocID                string `json:"doc_id"`
			Answerable           bool
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		if seen[row.ID] {
			t.Errorf("%s: the id stands twice", row.ID)
		}
		seen[row.ID] = true
		if !row.Answerable {
			continue
		}
		asked[row.DocID] = true
		if !strings.Contains(texts[row.DocID], row.Answer) {
			t.Errorf("%s: %q is not in %s", row.ID, row.Answer, row.DocID)
		}
	}
	for name := range texts {
		if !asked[name] {
			t.Errorf("%s: no question of golden.jsonl asks for it", name)
		}
	}
}

// pages reads all pages by file name, as UTF-8.
func pages(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	entries, err := fs.ReadDir(FS, "docs")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		b, err := fs.ReadFile(FS, "docs/"+entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), "charset=\"gb2312\"") {
			if b, err = simplifiedchinese.GB18030.NewDecoder().Bytes(b); err != nil {
				t.Fatal(err)
			}
		}
		texts[entry.Name()] = string(b)
	}
	return texts
}
