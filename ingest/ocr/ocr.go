// Package ocr reads the text of pictures with the program tesseract, where it
// is installed: a child process with bounds of its own.
package ocr

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhiwen/ingest/layout"
)

const (
	program  = "tesseract"
	language = "chi_sim"
	// maxWork bounds the processor's time for one picture, and maxTime how long
	// that may take on a busy machine, where all others go first.
	maxWork = 2 * time.Minute
	maxTime = 10 * time.Minute
	// maxMemory bounds the memory of the process, in KB; a page takes a tenth.
	maxMemory = 2 << 20
	// leastConfidence is what a picture must reach on average, of 100, to be
	// taken for text.
	leastConfidence = 50
)

// ErrNone: there is no program to recognise text.
var ErrNone = errors.New("tesseract with chi_sim is not installed")

// Tesseract is the program. It may be used several times at once.
type Tesseract struct {
	// Cache is a folder to keep what was recognised in for a week, so that a
	// long document goes on where the time for it ended; empty: nothing is kept.
	Cache string

	path    string
	Version string
}

// Find looks for the program and its data for Chinese. What cache still keeps
// from more than a week ago is removed.
func Find(ctx context.Context, cache string) (*Tesseract, error) {
	if cache != "" {
		forget(cache)
	}
	path, err := exec.LookPath(program)
	if err != nil {
		return nil, ErrNone
	}
	ctx, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	languages, err := exec.CommandContext(ctx, path, "--list-langs").CombinedOutput()
	if err != nil || !slices.Contains(strings.Fields(string(languages)), language) {
		return nil, ErrNone
	}
	version, err := exec.CommandContext(ctx, path, "--version").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("asking tesseract for its version: %w", err)
	}
	first, _, _ := strings.Cut(string(version), "\n")
	return &Tesseract{Cache: cache, path: path, Version: strings.TrimSpace(first)}, nil
}

// Recognise reads a picture of 300 dots an inch; boxes are in its pixels.
// Nothing is found where the program is not sure enough.
func (t *Tesseract) Recognise(ctx context.Context, picture image.Image) ([]layout.Glyph, error) {
	pixels := greyMap(picture)
	kept := t.keptAs(pixels)
	if table, ok := kept.read(); ok {
		return glyphs(table), nil
	}
	table, err := t.run(ctx, pixels)
	if err != nil {
		return nil, err
	}
	kept.write(table)
	return glyphs(table), nil
}

// run gives tesseract's table of what it sees in a picture.
func (t *Tesseract) run(ctx context.Context, pixels []byte) (table string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, maxTime, fmt.Errorf("tesseract took more than %s", maxTime))
	defer cancel()
	// The shell bounds the process before it becomes tesseract.
	bounded := fmt.Sprintf(`ulimit -v %d; ulimit -t %d; exec nice -n 19 "$0" "$@"`, maxMemory, int(maxWork.Seconds()))
	command := exec.CommandContext(ctx, "/bin/sh", "-c", bounded, t.path, "stdin", "stdout", "-l", language, "--dpi", "300", "tsv")
	command.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	command.Stdin = bytes.NewReader(pixels)
	var complaint bytes.Buffer
	command.Stderr = &complaint
	out, err := command.Output()
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.UserTime() >= maxWork-time.Second {
		return "", fmt.Errorf("tesseract took more than %s", maxWork)
	}
	if err != nil {
		return "", fmt.Errorf("tesseract: %w: %.200s", err, strings.Join(strings.Fields(complaint.String()), " "))
	}
	return string(out), nil
}

// greyMap writes a picture in the plainest of formats, PGM.
func greyMap(picture image.Image) []byte {
	grey, ok := picture.(*image.Gray)
	if !ok {
		grey = image.NewGray(picture.Bounds())
		draw.Draw(grey, grey.Rect, picture, picture.Bounds().Min, draw.Src)
	}
	size := grey.Bounds().Size()
	b := fmt.Appendf(nil, "P5 %d %d 255\n", size.X, size.Y)
	for y := range size.Y {
		b = append(b, grey.Pix[y*grey.Stride:y*grey.Stride+size.X]...)
	}
	return b
}

// Levels of a row of tesseract's table.
const (
	levelLine = 4
	levelWord = 5
)

// glyphs reads tesseract's table of lines and words.
func glyphs(table string) []layout.Glyph {
	var all []layout.Glyph
	var line box
	var lines []float64 // heights
	var sure, words float64
	for row := range strings.Lines(table) {
		fields := strings.SplitN(strings.TrimRight(row, "\r\n"), "\t", 12)
		if len(fields) < 11 {
			continue
		}
		b, ok := boxOf(fields)
		if !ok {
			continue // the head
		}
		switch fields[0] {
		case strconv.Itoa(levelLine):
			line = b
			lines = append(lines, b.height)
		case strconv.Itoa(levelWord):
			confidence, err := strconv.ParseFloat(fields[10], 64)
			if err != nil || len(fields) < 12 || len(lines) == 0 { // a word stands in a line
				continue
			}
			sure += confidence
			words++
			all = append(all, spread(fields[11], b, line)...)
		}
	}
	if words == 0 || sure/words < leastConfidence {
		return nil
	}
	level(all, lines)
	return all
}

type box struct{ left, top, width, height float64 }

func boxOf(fields []string) (box, bool) {
	var n [4]float64
	for i := range n {
		v, err := strconv.Atoi(fields[6+i])
		if err != nil {
			return box{}, false
		}
		n[i] = float64(v)
	}
	return box{n[0], n[1], n[2], n[3]}, true
}

// spread shares the box of a word among its characters; they are as high as
// their line.
func spread(word string, b, line box) []layout.Glyph {
	var total float64
	for _, r := range word {
		total += width(r)
	}
	var all []layout.Glyph
	left := b.left
	for _, r := range word {
		right := left + b.width*width(r)/total
		all = append(all, layout.Glyph{Rune: r, Left: left, Right: right, Top: line.top, Bottom: line.top + line.height})
		left = right
	}
	return all
}

func width(r rune) float64 {
	if r < 0x2E80 {
		return 0.5
	}
	return 1
}

// level makes characters of about the usual height of a line equally high:
// what was measured is their ink.
func level(all []layout.Glyph, lines []float64) {
	slices.Sort(lines)
	usual := lines[len(lines)/2]
	for i, g := range all {
		if h := g.Bottom - g.Top; h > 0.7*usual && h < 1.3*usual {
			middle := (g.Top + g.Bottom) / 2
			all[i].Top, all[i].Bottom = middle-usual/2, middle+usual/2
		}
	}
}
