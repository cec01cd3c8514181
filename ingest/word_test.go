package ingest

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
	"zhiwen/ingest/doc"
	"zhiwen/ingest/docx"
	"zhiwen/retrieval"
)

var update = flag.Bool("update", false, "write testdata anew, with LibreOffice as the judge")

const wordDigest = "testdata/word_samples.digest"

// TestWordSamples holds what is read of real Word files against LibreOffice's
// text of them: the text itself where LibreOffice is installed, and what was
// noted down of it where it is not.
func TestWordSamples(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(sharedPath(t, "eval/city_ordinances/word_samples"), "*.doc*"))
	if err != nil || len(files) != 24 {
		t.Fatalf("%d samples, %v; want 24", len(files), err)
	}
	judge := digested
	if soffice, err := exec.LookPath("soffice"); err == nil && (!testing.Short() || *update) {
		texts := libreOffice(t, soffice, files)
		judge = func(t *testing.T, file, got string) (float64, float64, []string) {
			recall, precision := agreement(folded(got), folded(texts[file]))
			return recall, precision, articlesIn(texts[file])
		}
		if *update {
			writeDigest(t, files, texts)
		}
	}
	effective := 0
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parsed, err := parseWord(b)
			if err != nil {
				t.Fatal(err)
			}
			recall, precision, articles := judge(t, filepath.Base(file), plain(parsed))
			if recall < .995 || precision < .995 {
				t.Errorf("recall %.4f, precision %.4f; want 0.995", recall, precision)
			}
			page, err := read(t, Source{Name: file, Bytes: b})
			if err != nil {
				t.Fatal(err)
			}
			found := map[string]bool{}
			for _, s := range document(page).Sections {
				found[s.Label] = found[s.Label] || s.Level == retrieval.LevelArticle
			}
			for _, label := range articles {
				if !found[label] {
					t.Errorf("%s is not found", label)
				}
			}
			if page.Meta.Written == "" {
				t.Error("the day of adoption is not found")
			}
			if page.Meta.Effective != "" {
				effective++
			}
			t.Logf("recall %.4f, precision %.4f, %d 条, %s, %s, %s", recall, precision, len(articles), page.Meta.Title, page.Meta.Written, page.Meta.Effective)
		})
	}
	if effective < 23 { // one says 自发布之日起 and no day
		t.Errorf("%d of %d say when they take effect", effective, len(files))
	}
}

func parseWord(b []byte) (content.Document, error) {
	if container.IsCompound(b) {
		c, err := container.OpenCompound(b)
		if err != nil {
			return content.Document{}, err
		}
		return doc.Read(c)
	}
	a, err := container.Open(b)
	if err != nil {
		return content.Document{}, err
	}
	return docx.Read(a)
}

// libreOffice converts files to text.
func libreOffice(t *testing.T, soffice string, files []string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	texts := map[string]string{}
	for _, extension := range []string{".doc", ".docx"} { // names may differ in nothing else
		out := filepath.Join(dir, extension)
		args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", out}
		for _, f := range files {
			if filepath.Ext(f) == extension {
				args = append(args, f)
			}
		}
		if message, err := exec.CommandContext(t.Context(), soffice, args...).CombinedOutput(); err != nil {
			t.Fatalf("LibreOffice: %v\n%s", err, message)
		}
		for _, f := range args[6:] {
			name := filepath.Base(f)
			b, err := os.ReadFile(filepath.Join(out, strings.TrimSuffix(name, extension)+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			texts[name] = string(b)
		}
	}
	return texts
}

// articlesIn lists the labels of the 条 that lines begin with, each once.
func articlesIn(text string) []string {
	var labels []string
	for l := range strings.Lines(text) {
		m, ok := parseMark(trim(l))
		if ok && m.level == retrieval.LevelArticle && m.spaced && !slices.Contains(labels, m.label) {
			labels = append(labels, m.label)
		}
	}
	return labels
}

// hashes of the folded paragraphs of a text, with their lengths in
// characters; enough to tell whether two texts agree, too little to read them.
type hashed struct {
	hash   string
	length int
}

func hashLines(text string) []hashed {
	var all []hashed
	for l := range strings.Lines(text) {
		if l = folded(l); l != "" {
			sum := sha256.Sum256([]byte(l))
			all = append(all, hashed{hex.EncodeToString(sum[:4]), utf8.RuneCountInString(l)})
		}
	}
	return all
}

// writeDigest notes down what LibreOffice finds: a line a file with its name
// and its last 条, below it a line a paragraph.
func writeDigest(t *testing.T, files []string, texts map[string]string) {
	t.Helper()
	var b bytes.Buffer
	for _, f := range files {
		name := filepath.Base(f)
		fmt.Fprintf(&b, "%s %s\n", name, strings.Join(articlesIn(texts[name]), " "))
		for _, h := range hashLines(texts[name]) {
			fmt.Fprintf(&b, "\t%s %d\n", h.hash, h.length)
		}
	}
	if err := os.WriteFile(wordDigest, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// digested judges by the digest: the share of characters in paragraphs that
// both texts have.
func digested(t *testing.T, file, got string) (recall, precision float64, articles []string) {
	t.Helper()
	f, err := os.Open(wordDigest)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	left := map[string]int{}
	read := 0
	for _, h := range hashLines(got) {
		left[h.hash]++
		read += h.length
	}
	known, common, inFile := 0, 0, false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if !strings.HasPrefix(lines.Text(), "\t") {
			if inFile = words[0] == file; inFile {
				articles = words[1:]
			}
			continue
		}
		if !inFile {
			continue
		}
		var h hashed
		if _, err := fmt.Sscan(lines.Text(), &h.hash, &h.length); err != nil {
			t.Fatal(err)
		}
		known += h.length
		if left[h.hash] > 0 {
			left[h.hash]--
			common += h.length
		}
	}
	return float64(common) / float64(max(known, 1)), float64(common) / float64(max(read, 1)), articles
}
