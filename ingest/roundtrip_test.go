package ingest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestRoundTrip reads real Word files and what LibreOffice makes of them in
// other formats: the clause paths and the chunks are the same. Two DOC and two
// DOCX files; go test -tags soak -run SoakRoundTrip takes all 24.
func TestRoundTrip(t *testing.T) {
	if testing.Short() {
		t.Skip("left out: conversions by LibreOffice (short)")
	}
	files := wordSamples(t)
	checkRoundTrip(t, []string{files[0], files[3], files[4], files[len(files)-1]})
}

// conversions of a Word file: the chain of LibreOffice's formats, and what
// LibreOffice is known to lose on the way. All that it keeps must come back.
var conversions = []struct {
	name  string
	chain []string
	loss  func(t *testing.T, file string, want []piece) []piece
}{
	{"DOCX", []string{"docx"}, nil},
	{"XHTML", []string{"xhtml:XHTML Writer File:UTF8"}, nil},
	{"HTML", []string{"html"}, putBackLabels},
	{"PDF", []string{"pdf"}, takeOutUndrawn},
	{"ODT, PDF", []string{"odt", "pdf"}, nil}, // where no punctuation hangs
}

func wordSamples(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(sharedPath(t, "eval/city_ordinances/word_samples"), "*.doc*"))
	if err != nil || len(files) != 24 {
		t.Fatalf("%d samples, %v; want 24", len(files), err)
	}
	return files
}

// checkRoundTrip prints for each format how many chunks of the files come back.
func checkRoundTrip(t *testing.T, files []string) {
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("left out: LibreOffice is not installed (Debian: libreoffice-writer-nogui)")
	}
	whole := map[string][]piece{}
	for _, f := range files {
		whole[stem(f)] = pieces(t, f)
	}
	for _, c := range conversions {
		t.Run(c.name, func(t *testing.T) {
			made := files
			for _, format := range c.chain {
				made = convert(t, soffice, made, format)
			}
			equal, total := 0, 0
			for _, f := range made {
				want := whole[stem(f)]
				if c.loss != nil {
					want = c.loss(t, f, want)
				}
				got := pieces(t, f)
				total += len(want)
				equal += inOrder(got, want)
				if missing := differences(got, want); missing != "" || len(got) != len(want) {
					t.Errorf("%s: %d chunks, want %d%s", stem(f), len(got), len(want), missing)
				}
			}
			t.Logf("%s: %d of %d chunks equal, share %.4f", c.name, equal, total, float64(equal)/float64(total))
		})
	}
}

// piece is a chunk of a document, folded, and the clause paths in it.
type piece struct{ paths, text string }

func (p piece) String() string { return p.paths + " " + p.text }

func pieces(t *testing.T, file string) []piece {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	page, err := read(t, Source{Name: file, Bytes: b})
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	doc := document(page)
	var all []piece
	for _, c := range Chunks(&doc, page.Marks) {
		paths := c.Clause
		for _, s := range doc.Sections {
			if c.Start < s.Start && s.Start < c.End {
				paths += " " + doc.ClauseAt(s.Start)
			}
		}
		all = append(all, piece{folded(paths), folded(c.Text)})
	}
	return all
}

// inOrder counts the chunks that both have in the same order.
func inOrder(a, b []piece) int {
	longest := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := longest[j+1]
			if x == y {
				longest[j+1] = diagonal + 1
			}
			longest[j+1] = max(longest[j+1], longest[j])
			diagonal = above
		}
	}
	return longest[len(b)]
}

// differences shows where each chunk that did not come back parts from the
// one in its place.
func differences(got, want []piece) string {
	var b strings.Builder
	for i, chunk := range want {
		if slices.Contains(got, chunk) {
			continue
		}
		g, w := "nothing", chunk.String()
		if i < len(got) {
			g = got[i].String()
		}
		at := 0
		for at < min(len(g), len(w)) && g[at] == w[at] {
			at++
		}
		fmt.Fprintf(&b, "\n\tgot  %s\n\twant %s", near(g, at), near(w, at))
	}
	return b.String()
}

// near is what stands at an offset, with a little before it.
func near(s string, at int) string {
	before := []rune(strings.ToValidUTF8(s[:at], ""))
	return string(before[max(0, len(before)-12):]) + "|" + beginning(strings.ToValidUTF8(s[at:], ""))
}

// convert makes files of another format, in the order of files. Punctuation of
// ODT files is kept from hanging in the margin.
func convert(t *testing.T, soffice string, files []string, format string) []string {
	t.Helper()
	dir := t.TempDir()
	args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", format, "--outdir", dir}
	if message, err := exec.CommandContext(t.Context(), soffice, append(args, files...)...).CombinedOutput(); err != nil {
		t.Fatalf("LibreOffice: %v\n%s", err, message)
	}
	extension, _, _ := strings.Cut(format, ":")
	var made []string
	for _, f := range files {
		file := filepath.Join(dir, stem(f)+"."+extension)
		if format == "odt" {
			keepPunctuation(t, file)
		}
		made = append(made, file)
	}
	return made
}

// keepPunctuation rewrites an ODT file so that no punctuation hangs.
func keepPunctuation(t *testing.T, file string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	from, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	to := zip.NewWriter(&out)
	for _, part := range from.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		w, err := to.CreateHeader(&zip.FileHeader{Name: part.Name, Method: part.Method})
		if err != nil {
			t.Fatal(err)
		}
		data = bytes.ReplaceAll(data, []byte(`punctuation-wrap="hanging"`), []byte(`punctuation-wrap="simple"`))
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// stem is a file's name without folder and extension.
func stem(file string) string {
	base := filepath.Base(file)
	return strings.TrimSuffix(base, filepath.Ext(base))
}
