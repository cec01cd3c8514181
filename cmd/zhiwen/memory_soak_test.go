//go:build soak && linux

package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// TestSoakMemory measures the most memory that 'zhiwen ingest' takes for one
// large PDF, by words alone: what the embedder takes does not grow with a file.
func TestSoakMemory(t *testing.T) {
	const mb = 1 << 20
	for _, test := range []struct {
		name    string
		pages   int
		padding int   // bytes of pictures
		most    int64 // MB
	}{
		{"1000 pages", 1000, 0, 1024},
		{"64 MB", 20, 63 * mb, 512},
		{"200 MB", 20, 199 * mb, 1024},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "large.pdf")
			writeLargePDF(t, file, test.pages, test.padding)
			if out := ingestWithin(t, file, test.most); !strings.Contains(out, "added") {
				t.Error(out)
			}
		})
	}
}

// TestSoakMemoryText does the same with files of nothing but text: as much as
// is read as one document, and 64 MB, which is refused.
func TestSoakMemoryText(t *testing.T) {
	const mb = 1 << 20
	for _, test := range []struct {
		name              string
		head, before, end string
		mb                int
		says              string
	}{
		{"read.txt", "", "", "\n", 11, "added"},
		{"read.html", "<!doctype html><meta charset=utf-8><title>长页</title>", "<p>", "</p>\n", 11, "added"},
		{"read.md", "# 长页\n", "\n", "\n", 11, "added"},
		{"read.csv", "名称,说明\n", "甲,", "\n", 11, "added"},
		{"read.rtf", `{\rtf1\ansi\ansicpg936 `, "", "\\par\n", 11, "added"},
		{"refused.txt", "", "", "\n", 63, "split it"},
		{"refused.html", "<!doctype html><meta charset=utf-8><title>长页</title>", "<p>", "</p>\n", 63, "split it"},
		{"refused.md", "# 长页\n", "\n", "\n", 63, "split it"},
		{"refused.csv", "名称,说明\n", "甲,", "\n", 63, "split it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var file bytes.Buffer
			file.WriteString(test.head)
			for n := 0; file.Len() < test.mb*mb; n++ {
				line := fmt.Sprintf("第%d段，", n)
				for r := range 150 {
					line += string(rune('一' + (n*7919+r*104729)%6000))
				}
				if strings.HasSuffix(test.name, ".rtf") {
					coded := ""
					for _, r := range line {
						coded += fmt.Sprintf("\\u%d?", int16(r))
					}
					line = coded
				}
				file.WriteString(test.before + line + "。" + test.end)
			}
			if strings.HasPrefix(test.head, "{") {
				file.WriteByte('}')
			}
			path := filepath.Join(t.TempDir(), test.name)
			if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			if out := ingestWithin(t, path, 512); !strings.Contains(out, test.says) {
				t.Errorf("%.2000s", out)
			}
		})
	}
}

// ingestWithin runs 'zhiwen ingest' by words alone, which may take so many MB,
// and gives what it prints.
func ingestWithin(t *testing.T, file string, most int64) string {
	t.Helper()
	dir := t.TempDir()
	ingest := exec.CommandContext(t.Context(), os.Args[0], "ingest", "--store", filepath.Join(dir, "s.db"), file)
	ingest.Env = append(os.Environ(), asProgram+"=1", "ZHIWEN_ORT_LIB="+filepath.Join(dir, "none.so"), "ZHIWEN_EMBED_URL=")
	// A child counts the most that its parent ever took as its own.
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Fatal(err)
	}
	out, err := ingest.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	peak := ingest.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10
	t.Logf("%s: at most %d MB in %s", filepath.Base(file), peak, ingest.ProcessState.UserTime())
	if peak > most {
		t.Errorf("at most %d MB, want %d", peak, most)
	}
	return string(out)
}

// writeLargePDF writes pages of text, and pictures that do not compress on the
// last of them.
func writeLargePDF(t *testing.T, name string, pages, padding int) {
	t.Helper()
	const fonts = "/Font << /F1 3 0 R >>"
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "",
		"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /GBK-EUC-H /DescendantFonts [4 0 R] >>",
		"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 5 0 R /DW 1000 >>",
		"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >>",
	}
	var kids []string
	add := func(object string) int {
		objects = append(objects, object)
		return len(objects)
	}
	const picture = 10 << 20
	var drawn []string
	for i := 0; i*picture < padding; i++ {
		b := make([]byte, min(picture, padding-i*picture))
		rand.Read(b)
		n := add(fmt.Sprintf("<< /Type /XObject /Subtype /Image /Width 1024 /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 /Length %d >>\nstream\n%s\nendstream", len(b)/1024, len(b), b))
		drawn = append(drawn, fmt.Sprintf("/I%d %d 0 R", i, n))
	}
	for p := range pages {
		var content bytes.Buffer
		content.WriteString("BT /F1 14 Tf 20 TL 72 780 Td\n")
		for l := range 34 {
			line := fmt.Sprintf("第%d页第%d行，为了方便群众办事，规范便民服务，根据规定结", p+1, l+1)
			coded, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(line))
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&content, "<%x> Tj T*\n", coded)
		}
		content.WriteString("ET")
		resources := fonts
		if p == pages-1 && len(drawn) > 0 {
			resources += " /XObject << " + strings.Join(drawn, " ") + " >>"
			for i := range drawn {
				fmt.Fprintf(&content, "\nq 40 0 0 40 %d 20 cm /I%d Do Q", 20*i, i)
			}
		}
		stream := add(fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", content.Len(), content.Bytes()))
		kids = append(kids, fmt.Sprintf("%d 0 R", add(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << %s >> /Contents %d 0 R >>", resources, stream))))
	}
	objects[1] = fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(kids))
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	at := 0
	write := func(s string) {
		n, err := f.WriteString(s)
		if err != nil {
			t.Fatal(err)
		}
		at += n
	}
	write("%PDF-1.4\n")
	var offsets []int
	for i, o := range objects {
		offsets = append(offsets, at)
		write(fmt.Sprintf("%d 0 obj\n", i+1))
		write(o)
		write("\nendobj\n")
	}
	table := at
	write(fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(objects)+1))
	for _, offset := range offsets {
		write(fmt.Sprintf("%010d 00000 n \n", offset))
	}
	write(fmt.Sprintf("trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table))
}
