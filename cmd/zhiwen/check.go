package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"zhiwen/bot/check"
	"zhiwen/ingest"
	"zhiwen/retrieval"
)

func newCheck(s *shell) *cobra.Command {
	var with []string
	var period string
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "Check a draft against the documents in the store",
		Long: `Compare every sentence, quotation, figure, title and clause reference of a draft
(text, DOCX, PDF and what else ingest reads) with the documents in the store, and its sums
and percentages with each other. Files given by --with are compared first. Nothing of the
draft is stored.`,
		Example: `  zhiwen check report.docx
  zhiwen check --with figures.xlsx --with letter.pdf --period 2024 report.docx
  zhiwen check --json - < report.txt`,
		Args: cobra.ExactArgs(1),
	}
	cmd.Flags().StringArrayVar(&with, "with", nil, "`file` to compare with before the store; may be repeated")
	cmd.Flags().StringVar(&period, "period", "", "`year` that the draft speaks of (default: read from the draft)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if period != "" && !regexp.MustCompile(`^(?:19|20)\d\d$`).MatchString(period) {
			return usagef("--period %q is not a year like 2024", period)
		}
		draft, err := s.readDraft(cmd.Context(), args[0], with)
		if err != nil {
			return err
		}
		draft.Period = period
		return s.check(cmd.Context(), draft)
	}
	return cmd
}

// readDraft reads the files of a check.
func (s *shell) readDraft(ctx context.Context, file string, with []string) (d check.Draft, err error) {
	drafts, err := ingest.NewDrafts(ctx, cacheFolder())
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, drafts.Close()) }()
	read := func(name string) (retrieval.Document, error) {
		b, err := s.readBytes(name)
		if err != nil {
			return retrieval.Document{}, err
		}
		if name == "-" {
			name = "draft.txt"
		}
		doc, err := drafts.Read(ctx, name, b)
		if err != nil {
			return doc, fmt.Errorf("%s: %w", name, err)
		}
		return doc, nil
	}
	doc, err := read(file)
	if err != nil {
		return d, err
	}
	d = check.Draft{Title: doc.Title, Text: doc.Text}
	for _, name := range with {
		doc, err := read(name)
		if err != nil {
			return d, fmt.Errorf("--with: %w", err)
		}
		d.Materials = append(d.Materials, doc)
	}
	return d, nil
}

func (s *shell) readBytes(name string) ([]byte, error) {
	in := s.in
	if name != "-" {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%s is not a file", name)
		}
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, ingest.MaxBytes+1))
	if err == nil && len(b) > ingest.MaxBytes {
		err = fmt.Errorf("it has more than %d MB", ingest.MaxBytes>>20)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Base(name), err)
	}
	return b, nil
}

// check compares a draft with the store and prints what was found.
func (s *shell) check(ctx context.Context, d check.Draft) (err error) {
	st, err := s.openExisting(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	report, err := check.New(st, st, s.now).Check(ctx, d, s.progress("checking"))
	if err != nil {
		return err
	}
	if s.json {
		return s.print(report)
	}
	_, err = io.WriteString(s.out, strings.TrimLeft(check.Plain(report), "\n"))
	return err
}
