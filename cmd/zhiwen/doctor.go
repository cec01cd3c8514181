package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zhiwen/ingest"
	"zhiwen/retrieval"
	"zhiwen/retrieval/onnx"
)

// finding is the outcome of one check of `zhiwen doctor`.
type finding struct {
	Check  string `json:"check"`
	Status string `json:"status"` // "ok"; "warn": works, but less well; "fail"
	Detail string `json:"detail"`
	Fix    string `json:"fix,omitempty"`
}

// Statuses of a finding.
const (
	statusOK   = "ok"
	statusWarn = "warn"
	statusFail = "fail"
)

// lowDisk is when free space is too little to go on without thought: a store
// of 100,000 chunks takes about half of it.
const lowDisk = 1 << 30

func newDoctor(s *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check this installation and say how to mend what is wrong",
		Long: `Check store, embedding model, OCR, disk and port, and say how to mend what is wrong.
The exit status is 1 if a check failed; a warning is no failure. --compliance writes a
page in Chinese instead: what rules ask of a county's site, item by item, as 符合, 不符合
or 需人工确认, with the evidence and the setting that changes it.`,
		Example: `  zhiwen doctor
  zhiwen doctor --compliance > compliance.html
  zhiwen doctor --json --store county.db --addr :8080`,
		Args: cobra.NoArgs,
	}
	addr := addrFlag(cmd)
	duties := false
	cmd.Flags().BoolVar(&duties, "compliance", false, "write the page of what rules ask of the county")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if duties {
			found, err := s.compliance(cmd.Context(), *addr)
			if err != nil {
				return err
			}
			return s.writeCompliance(found)
		}
		failed := 0
		for _, f := range s.examine(cmd.Context(), *addr) {
			if f.Status == statusFail {
				failed++
			}
			if err := s.printFinding(f); err != nil {
				return err
			}
		}
		if failed > 0 {
			return fmt.Errorf("%d checks failed", failed)
		}
		return nil
	}
	return cmd
}

func (s *shell) printFinding(f finding) error {
	if s.json {
		return s.print(f)
	}
	_, err := fmt.Fprintf(s.out, "%-5s %-10s %s\n", s.words(f.Status), s.words(f.Check), s.sentence(f.Detail))
	if err == nil && f.Fix != "" {
		_, err = fmt.Fprintf(s.out, "%17s%s\n", "", s.sentence(f.Fix))
	}
	return err
}

func (s *shell) examine(ctx context.Context, addr string) []finding {
	findings, stats, sets := s.checkStore(ctx)
	findings = append(findings, s.checkModel(ctx, stats, sets)...)
	findings = append(findings, checkOCR(ctx))
	if !s.onPostgres() { // whose disk is the database server's
		findings = append(findings, s.checkDisk())
	}
	return append(findings, checkPort(ctx, addr))
}

// checkStore opens the store and reads through it.
func (s *shell) checkStore(ctx context.Context) ([]finding, retrieval.Stats, []retrieval.VectorSet) {
	if _, err := os.Stat(s.storePath); errors.Is(err, fs.ErrNotExist) && !s.onPostgres() {
		return []finding{{"store", statusWarn, s.storePath + " does not exist yet", "make it with 'zhiwen ingest PATH'"}}, retrieval.Stats{}, nil
	}
	opened, err := s.open(ctx)
	if err != nil {
		return []finding{{"store", statusFail, err.Error(), "give the right store with --store, or ingest into a new one"}}, retrieval.Stats{}, nil
	}
	defer opened.Close()
	stats, err := opened.Stats(ctx)
	var sets []retrieval.VectorSet
	if err == nil {
		sets, err = opened.VectorSets(ctx)
	}
	if err != nil {
		return []finding{{"store", statusFail, err.Error(), "restore the store from a backup, or ingest into a new --store"}}, retrieval.Stats{}, nil
	}
	detail := fmt.Sprintf("%s: %d documents, %d chunks, %d with vectors", s.storeName(), stats.Documents, stats.Chunks, stats.Vectors)
	return []finding{{"store", statusOK, detail, ""}, checkTexts(ctx, opened), checkAudit(ctx, opened), s.checkCrawls(ctx, opened)}, stats, sets
}

// checkTexts reads every document: its ID derives from its text, so that a
// text that was altered does not go by it any more.
func checkTexts(ctx context.Context, st store) finding {
	const mend = "restore the store from a backup, or ingest into a new --store"
	read := 0
	for listing, err := range st.List(ctx) {
		if err != nil {
			return finding{"texts", statusFail, err.Error(), mend}
		}
		if listing.State == retrieval.StateErased {
			continue
		}
		doc, err := st.Version(ctx, listing.ID)
		if err != nil {
			return finding{"texts", statusFail, fmt.Sprintf("document %s: %v", listing.ID, err), mend}
		}
		if retrieval.NewDocID(doc.Meta, doc.Text) != doc.ID {
			return finding{"texts", statusFail, fmt.Sprintf("document %s (%s) is not what was stored", doc.ID, doc.Title), mend}
		}
		read++
	}
	return finding{"texts", statusOK, fmt.Sprintf("all %d are as they were stored", read), ""}
}

// checkAudit follows the chain of the audit.
func checkAudit(ctx context.Context, st store) finding {
	records, err := st.Audit(ctx)
	if err == nil {
		err = retrieval.VerifyAudit(records)
	}
	if err != nil {
		return finding{"audit", statusFail, err.Error(), "compare with a backup: somebody has changed the store by hand"}
	}
	return finding{"audit", statusOK, fmt.Sprintf("%d records, none changed", len(records)), ""}
}

// checkCrawls says which sites have not been crawled whole for days.
func (s *shell) checkCrawls(ctx context.Context, st store) finding {
	crawls, err := st.Crawls(ctx)
	if err != nil {
		return finding{"crawls", statusFail, err.Error(), "restore the store from a backup"}
	}
	var stale []string
	for _, c := range crawls {
		if isStale(c, s.now()) {
			last := "never"
			if !c.LastComplete.IsZero() {
				last = "on " + c.LastComplete.Local().Format(time.DateTime)
			}
			stale = append(stale, fmt.Sprintf("%s was crawled whole %s (%d failed, %d wait for --accept-removals)", c.Site, last, c.Failed, c.Waiting))
		}
	}
	if len(stale) > 0 {
		return finding{"crawls", statusWarn, strings.Join(stale, "; "), "run 'zhiwen ingest URL' and read its report"}
	}
	return finding{"crawls", statusOK, fmt.Sprintf("%d sites, all crawled whole within three days", len(crawls)), ""}
}

// checkModel embeds a question and compares the model with the store's.
func (s *shell) checkModel(ctx context.Context, stats retrieval.Stats, sets []retrieval.VectorSet) []finding {
	m, err := s.loadModel(ctx, stats)
	if errors.Is(err, onnx.ErrNoRuntime) {
		return []finding{{"model", statusWarn, "search goes by words alone: " + err.Error(), "build with 'make build'"}}
	}
	if err == nil {
		defer m.close()
		_, err = m.Question(ctx, "你好")
	}
	if err != nil {
		return []finding{{"model", statusFail, err.Error(), "check ZHIWEN_EMBED_URL and its key, or unset them"}}
	}
	model := finding{"model", statusOK, fmt.Sprintf("%s (%d dimensions) %s", m.Model(), m.Dim(), m.from), ""}
	if stats.Chunks == 0 {
		return []finding{model}
	}
	return []finding{model, checkVectors(stats, sets, retrieval.Model{Name: m.Model(), Dim: m.Dim()})}
}

// checkVectors compares the store's vectors with its chunks and with the model
// of this process.
func checkVectors(stats retrieval.Stats, sets []retrieval.VectorSet, own retrieval.Model) finding {
	var held []string
	for _, set := range sets {
		held = append(held, fmt.Sprintf("%d by %s, %s", set.Vectors, set.Model, set.State))
	}
	detail := cmp.Or(strings.Join(held, "; "), "none")
	if err := retrieval.CheckModel(sets, own); err != nil {
		return finding{"vectors", statusFail, detail + ": " + err.Error(), "configure the model that is active, or run 'zhiwen reindex'"}
	}
	switch active := retrieval.ActiveSet(sets).Model; {
	case len(sets) > 0 && own != active:
		return finding{"vectors", statusWarn, fmt.Sprintf("%s: the store has gone over to %s", detail, active),
			"configure that model, or run 'zhiwen reindex' to go back"}
	case stats.Vectors < stats.Chunks:
		return finding{"vectors", statusWarn,
			fmt.Sprintf("%s: %d of %d chunks have no vector and are found by words alone", detail, stats.Chunks-stats.Vectors, stats.Chunks),
			"run 'zhiwen reindex'"}
	}
	return finding{"vectors", statusOK, detail, ""}
}

// checkOCR tells whether scanned pages can be read.
func checkOCR(ctx context.Context) finding {
	engine, err := ingest.OCR(ctx)
	if err != nil {
		return finding{"ocr", statusWarn, "scanned pages of PDF are not read: " + err.Error(), "install tesseract-ocr and tesseract-ocr-chi-sim"}
	}
	return finding{"ocr", statusOK, engine, ""}
}

func (s *shell) checkDisk() finding {
	folder := filepath.Dir(s.storePath)
	free, err := freeBytes(folder)
	switch {
	case err != nil:
		return finding{"disk", statusWarn, fmt.Sprintf("free space in %s is not known: %v", folder, err), "look at it yourself"}
	case free < lowDisk:
		return finding{"disk", statusWarn, fmt.Sprintf("only %d MB are free in %s", free>>20, folder), "make room, or put the store elsewhere"}
	}
	return finding{"disk", statusOK, fmt.Sprintf("%d GB are free in %s", free>>30, folder), ""}
}

func checkPort(ctx context.Context, addr string) finding {
	addr = cmp.Or(addr, os.Getenv("ZHIWEN_ADDR"), defaultAddr)
	listener, err := listen(ctx, addr)
	if err != nil {
		return finding{"port", statusWarn, err.Error(), "choose another --addr, unless it is this server that is running"}
	}
	if err := listener.Close(); err != nil {
		return finding{"port", statusWarn, err.Error(), "choose another --addr"}
	}
	return finding{"port", statusOK, addr + " is free", ""}
}
