package traditional

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"zhiwen/retrieval"
)

func TestChecksums(t *testing.T) {
	sums := string(read(t, "opencc/SHA256SUMS"))
	for line := range strings.Lines(sums) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		got := sha256.Sum256(read(t, filepath.Join("opencc", name)))
		if hex.EncodeToString(got[:]) != sum {
			t.Errorf("%s is not the file of the package", name)
		}
	}
	if strings.Count(sums, "\n") != 4 {
		t.Error("want four files in SHA256SUMS")
	}
}

// TestTables: every entry is put into as many characters, our own file has
// each once, and the pairs that fold otherwise are those of unfolded.txt.
func TestTables(t *testing.T) {
	tables := map[string]string{"characters": charactersTable, "phrases": phrasesTable, "more phrases": morePhrasesTable, "dictionary": dictionaryTable}
	want, got := unfolded(t), map[[2]rune]bool{}
	for name, table := range tables {
		n := 0
		for simplified, candidates := range entries(table) {
			n++
			traditional, _, _ := strings.Cut(candidates, " ")
			from, to := []rune(simplified), []rune(traditional)
			if len(from) != len(to) || len(from) == 0 || !utf8.ValidString(simplified+traditional) {
				t.Errorf("%s: %q becomes %q", name, simplified, traditional)
				continue
			}
			for i := range from {
				if retrieval.FoldString(string(from[i])) != retrieval.FoldString(string(to[i])) {
					got[[2]rune{from[i], to[i]}] = true
				}
			}
		}
		t.Logf("%s: %d entries, %d bytes", name, n, len(table))
	}
	for pair := range got {
		if !want[pair] {
			t.Errorf("testdata/unfolded.txt lacks %c\t%c", pair[0], pair[1])
		}
	}
	for pair := range want {
		if !got[pair] {
			t.Errorf("testdata/unfolded.txt: no table puts %c into %c", pair[0], pair[1])
		}
	}
}

func TestDictionary(t *testing.T) {
	seen := map[string]bool{}
	for i, line := range strings.Split(strings.TrimSuffix(dictionaryTable, "\n"), "\n") {
		simplified, traditional, ok := strings.Cut(line, "\t")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if !ok || strings.ContainsAny(traditional, "\t ") || seen[simplified] {
			t.Errorf("dictionary.txt:%d: %q is no entry, or one for the second time", i+1, line)
		}
		seen[simplified] = true
		if got := Convert(simplified).Traditional; got != traditional {
			t.Errorf("dictionary.txt:%d: %s becomes %s", i+1, simplified, got)
		}
	}
}

// TestTexts converts all texts of samples/, and of ../shared the first hundred
// government reports, laws and ordinances, and the seed.
func TestTexts(t *testing.T) {
	pairs := unfolded(t)
	check := func(text string) int {
		c := Convert(text)
		checkFold(t, text, c, pairs)
		if utf8.RuneCountInString(c.Traditional) != utf8.RuneCountInString(text) {
			t.Fatalf("another number of characters: %.60q", text)
		}
		return len(text)
	}
	size := 0
	err := fs.WalkDir(os.DirFS("../../samples"), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(name, ".xlsx") {
			return err
		}
		text := read(t, filepath.Join("../../samples", name))
		size += check(string(text))
		checkText(t, string(text), Convert(string(text)))
		return nil
	})
	if err != nil || size == 0 {
		t.Fatalf("read %d bytes of samples: %v", size, err)
	}
	t.Logf("samples: %d bytes", size)

	seeds, _ := filepath.Glob("../../../shared/seed/*.txt")
	if len(seeds) == 0 {
		t.Skip("left out: ../shared is not here")
	}
	for _, name := range seeds {
		check(string(read(t, name)))
	}
	for _, name := range []string{"gov_reports/docs", "laws_docs/docs_national", "laws_docs/docs_local"} {
		size := 0
		for _, text := range firstTexts(t, "../../../shared/eval/"+name+".jsonl.gz", 100) {
			size += check(text)
		}
		t.Logf("%s: %d bytes", name, size)
	}
}

// unfolded are the pairs of characters that folding does not bring together.
func unfolded(t *testing.T) map[[2]rune]bool {
	pairs := map[[2]rune]bool{}
	for simplified, traditional := range entries(string(read(t, "testdata/unfolded.txt"))) {
		from, _ := utf8.DecodeRuneInString(simplified)
		to, _ := utf8.DecodeRuneInString(traditional)
		pairs[[2]rune{from, to}] = true
	}
	return pairs
}

// firstTexts reads the texts of the first n rows of a file of ../shared/eval.
func firstTexts(t *testing.T, name string, n int) []string {
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(bufio.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for rows := json.NewDecoder(unzipped); len(texts) < n; {
		var row struct{ Text string }
		if err := rows.Decode(&row); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		texts = append(texts, row.Text)
	}
	return texts
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
