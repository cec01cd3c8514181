package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

const (
	defaultStore = "zhiwen.db"
	defaultAddr  = "localhost:8080"
)

// shell is what all commands share: the streams, the flags of every command
// and what the environment says.
type shell struct {
	in       io.Reader
	out, err io.Writer

	storePath                     string
	configPath                    string
	lang                          string // "" is the environment's
	publicURL                     string
	synonymsPath                  string
	blocklistPath                 string
	staleMonths, stalePhoneMonths int
	json                          bool
	asks, serves                  bool // this command answers; it answers the public

	log     *slog.Logger
	now     func() time.Time
	started bool // a command runs; what goes wrong from here on is no wrong usage
}

// start completes the flags from the environment, once they are parsed.
func (s *shell) start() error {
	if path := cmp.Or(s.configPath, os.Getenv("ZHIWEN_CONFIG")); path != "" {
		if err := readSettings(path); err != nil {
			return err
		}
	}
	if s.lang != "" && s.lang != "zh" && s.lang != "en" {
		return usagef("--lang %q is neither zh nor en", s.lang)
	}
	s.storePath = cmp.Or(s.storePath, os.Getenv("ZHIWEN_STORE"), defaultStore)
	s.log = slog.New(slog.NewTextHandler(s.err, nil))
	s.now = time.Now
	if fixed := os.Getenv("ZHIWEN_NOW"); fixed != "" {
		at, err := time.Parse(time.RFC3339, fixed)
		if err != nil {
			return usagef("ZHIWEN_NOW=%q is not a time in RFC 3339, like 2026-01-02T15:04:05+08:00", fixed)
		}
		s.now = func() time.Time { return at }
	}
	s.started = true
	return nil
}

// print writes one result as a line of JSON. Chinese and <>& stay readable.
func (s *shell) print(v any) error {
	encoder := json.NewEncoder(s.out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	return nil
}

// progress shows how far a long task is: as a bar on a terminal, not at all
// otherwise. The returned function takes the number of steps done and of all.
func (s *shell) progress(what string) func(done, all int) {
	file, ok := s.err.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return func(int, int) {}
	}
	var bar *progressbar.ProgressBar
	return func(done, all int) {
		if bar == nil {
			bar = progressbar.NewOptions(all, progressbar.OptionSetWriter(file), progressbar.OptionSetDescription(what),
				progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionClearOnFinish(),
				progressbar.OptionThrottle(100*time.Millisecond))
		}
		bar.ChangeMax(all)
		_ = bar.Set(done) // a terminal that is gone is no reason to stop the work
	}
}

// readLines reads all lines of a file, "-" being standard input.
func (s *shell) readLines(path string) ([]string, error) {
	in := s.in
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	var lines []string
	scanner := bufio.NewScanner(in)
	for scanner.Scan() {
		lines = append(lines, scanner.Text())
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return lines, nil
}
