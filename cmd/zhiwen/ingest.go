package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zhiwen/ingest"
	"zhiwen/ingest/fetch"
	"zhiwen/retrieval"
)

// ingestFlags are the settings of one ingest.
type ingestFlags struct {
	bodies  []string
	columns string // file that maps columns
	report  string // file to write
	ocrTime time.Duration
	removes bool // accept removals
	sites   string
	rate    float64 // requests a second to one host
	private bool    // loopback and private addresses, too
}

// defaultOCRTime is the most that is spent on the scanned pages of one document.
const defaultOCRTime = 20 * time.Minute

// leanMemory is where the garbage collector begins to work hard while files are
// read: a PDF of 200 MB then takes less than 1 GB. It bounds nothing.
const leanMemory = 400 << 20

func newIngest(s *shell) *cobra.Command {
	var flags ingestFlags
	cmd := &cobra.Command{
		Use:   "ingest PATH|URL...",
		Short: "Read documents into the store, from files or from web sites",
		Long: `Read documents into the store: web pages, PDF, Word, WPS, RTF, XLSX, CSV, OFD,
text and Markdown files, ZIP files of these, and lists of 办事指南 in XLSX, CSV or
JSON, each item of which is a document. Scanned pages of PDF are read where
tesseract with chi_sim is installed. A folder is read through recursively, and
a file that a page links to is attached to it. What has not changed since the last
run stays as it is, and an interrupted run goes on where it stopped. One line is
printed for each document, then a table; the exit status is 1 if any of them failed.

What a list of 办事指南 held when it was ingested before and holds no more is taken
out of the answers, unless that is more than a fifth of it or some of the list
could not be read: then a warning names each item.

A URL is crawled: all pages of its host, as robots.txt allows, and the files that
they attach. Pages that the server says have not changed are not sent again. A page
is removed once two runs at least six hours apart were told that it is not there;
what cannot be reached stays. A run that would remove, or shrink to less than half,
more than a twentieth of a site's documents, and ten at least, does neither until
it is run with --accept-removals. Columns in which less was found than they say
they have are named. --sites FILE holds what a site needs beyond its address:
{"sites":[{"starts":["https://www.example.gov.cn/"],"hosts":["zwfw.example.gov.cn"],
"lists":[{"url":"https://www.example.gov.cn/api/list?page={page}","items":"data.rows",
"link":"url","title":"title"}],"rate":1,"body":[".article"],"times":["02:30"]}]}

The columns of a list of 办事指南 are known by their usual headings. A file
NAME.map.csv beside NAME.xlsx says what other headings hold: two columns, 列名 and
字段; --map does the same for lists that are named on the command line.`,
		Example: `  zhiwen ingest ./documents
  zhiwen ingest --report report.html --body '.article@www.example.gov.cn' ./site
  zhiwen ingest --json --store county.db report.txt guides.xlsx
  zhiwen ingest https://www.example.gov.cn/`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 && flags.sites == "" {
				return usagef("ingest needs at least one PATH or URL")
			}
			if flags.rate <= 0 {
				return usagef("--rate %v: give requests a second, above 0", flags.rate)
			}
			for _, arg := range args {
				if !isURL(arg) {
					continue
				}
				if _, err := fetch.Parse(arg); err != nil {
					return usagef("%s: %v", arg, err)
				}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, paths []string) error {
			if flags.ocrTime <= 0 {
				return usagef("--ocr-time %s: give a time above 0, as in 45m or 6h", flags.ocrTime)
			}
			if os.Getenv("GOMEMLIMIT") == "" {
				debug.SetMemoryLimit(leanMemory)
			}
			return s.ingest(cmd.Context(), flags, paths)
		},
	}
	cmd.Flags().StringArrayVar(&flags.bodies, "body", nil, "CSS `SELECTOR` of the body of web pages, or SELECTOR@HOST for one host; may be repeated")
	cmd.Flags().StringVar(&flags.columns, "map", "", "`FILE` that says what the columns of a list of 办事指南 hold")
	cmd.Flags().DurationVar(&flags.ocrTime, "ocr-time", defaultOCRTime, "the most `TIME` spent on recognising the scanned pages of one document; the next ingest of it goes on from there")
	cmd.Flags().BoolVar(&flags.removes, "accept-removals", false, "take what is gone out of the answers, though it is more than a fifth of a list of 办事指南 or a twentieth of a site")
	cmd.Flags().StringVar(&flags.sites, "sites", "", "`FILE` of sites to crawl, with what they need beyond their addresses")
	cmd.Flags().Float64Var(&flags.rate, "rate", 1, "`REQUESTS` a second to one host")
	cmd.Flags().BoolVar(&flags.private, "allow-private", false, "fetch from loopback and private addresses, too: for tests")
	cmd.Flags().StringVar(&flags.report, "report", "", "write a report for the staff to this HTML `FILE`")
	return cmd
}

func (s *shell) ingest(ctx context.Context, flags ingestFlags, paths []string) error {
	r, err := s.openRooms(ctx, s.open)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := r.mayPut(ctx); err != nil {
		return err
	}
	in := r.ingester(s)
	in.BodySelectors, in.Map, in.OCRTime = flags.bodies, flags.columns, flags.ocrTime
	in.AcceptRemovals = flags.removes
	var done ingestion
	var printErr error
	report := func(report ingest.Report) {
		done.reports = append(done.reports, report)
		if printErr == nil {
			printErr = s.printReport(report)
		}
	}
	files, sites, err := sources(paths, flags.sites)
	if err != nil {
		return err
	}
	if len(files) > 0 {
		done.summary, err = in.Run(ctx, files, report)
	}
	for _, site := range sites {
		if err != nil {
			break
		}
		var summary ingest.Summary
		var found ingest.SiteReport
		summary, found, err = r.crawl(ctx, s, site, flags, report)
		done.add(summary)
		done.sites = append(done.sites, found)
		if printErr == nil && found.Site != "" {
			printErr = s.printSite(found)
		}
	}
	if flags.report != "" {
		err = errors.Join(err, done.writeReport(flags.report, s.now(), err))
	}
	if err == nil {
		err = printErr
	}
	if err == nil {
		err = r.settle(ctx)
	}
	if err != nil {
		return err
	}
	if err := s.printOutcome(done); err != nil {
		return err
	}
	if failed := done.summary.Failed; failed > 0 {
		return fmt.Errorf("%d of %d documents failed; the lines above say why", failed, done.summary.Documents)
	}
	return nil
}

func isURL(arg string) bool { return strings.Contains(arg, "://") }

// sources divides what ingest is given into files and sites.
func sources(args []string, file string) (files []string, sites []siteConfig, err error) {
	var addresses []string
	for _, arg := range args {
		if isURL(arg) {
			addresses = append(addresses, arg)
		} else {
			files = append(files, arg)
		}
	}
	sites = sitesOf(addresses)
	if file == "" {
		return files, sites, nil
	}
	named, err := readSites(file)
	return files, append(sites, named...), err
}

// mayPut tells in time what Put would tell of every document after it was
// embedded: that the store has gone over to another model.
func (r *rooms) mayPut(ctx context.Context) error {
	if r.embedder == nil {
		return nil
	}
	sets, err := r.store.VectorSets(ctx)
	if err != nil {
		return err
	}
	own, active := retrieval.Model{Name: r.embedder.Model(), Dim: r.embedder.Dim()}, retrieval.ActiveSet(sets).Model
	if own != active {
		return fmt.Errorf("the store has gone over from %s to %s: configure that model, or run 'zhiwen reindex' to go back: %w",
			own, active, retrieval.ErrModel)
	}
	return nil
}

func (s *shell) printReport(r ingest.Report) error {
	if s.json {
		return s.print(r)
	}
	var err error
	switch status := s.words(string(r.Status)); {
	case r.Error != "":
		err = s.line("%-9s %s: %s", status, r.Source, s.sentence(r.Error))
	case r.Chunks > 0:
		err = s.line("%-9s %s %d chunks %s", status, r.Source, r.Chunks, r.Title)
	default:
		err = s.line("%-9s %s", status, r.Source)
	}
	for _, warning := range r.Warnings {
		err = errors.Join(err, s.line("          warning: %s", s.sentence(warning)))
	}
	return err
}

func (s *shell) printOutcome(o ingestion) error {
	if s.json {
		return s.print(struct {
			Summary ingest.Summary `json:"summary"`
		}{o.summary})
	}
	if err := s.printTable(o); err != nil {
		return err
	}
	sum := o.summary
	return s.line("%d documents, %d new chunks, %d failed, %.1f s", sum.Documents, sum.Chunks, sum.Failed, sum.Seconds)
}
