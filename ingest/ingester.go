package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"time"
	"unicode/utf8"

	"zhiwen/ingest/pdf"
	"zhiwen/retrieval"
)

// Store is where entries go.
type Store interface {
	// Head describes the current version under a key; ErrNotFound if none.
	Head(ctx context.Context, key string) (retrieval.Head, error)
	// Put stores all entries or none. The current version under the key of
	// each is superseded; an ID that is current already changes nothing.
	Put(ctx context.Context, entries ...retrieval.Entry) error
}

// Ingester reads documents into a store. It may be used for several runs, one
// at a time.
type Ingester struct {
	Store    Store
	Embedder retrieval.Embedder // nil: chunks get no vectors
	Workers  int                // documents read at once; 0: one a processor
	// BodySelectors are CSS selectors of article bodies, tried before the
	// built-in ones.
	BodySelectors []string
	// Cache is a folder for what can be made again, the compiled PDF engine;
	// empty: it is made for each run that needs it.
	Cache string
	// Progress, if set, is called now and then, never twice at once.
	Progress func(Progress)
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

// RawDoc is a document whose text is stored as it is given.
type RawDoc struct {
	Key   string // the same for all versions; also its source in reports
	Title string
	Text  string
}

// parserRaw names how a RawDoc is read; its version rises with Sections and Chunks.
const parserRaw = "raw/1"

// Run reads files and folders and stores what is new or changed. Every
// document gets one report, in the order of the files, after it is stored;
// calls of report do not overlap. A file that fails is reported and does not
// stop the others. The error is about the run as a whole: ctx was cancelled
// or a setting is wrong. What was reported is stored.
//
// A ZIP file of documents is read like a folder. The key of a document is its
// 索引号 or canonical URL if the page has one, else the file's absolute path with
// slashes: the same file is the same
// document from whatever folder the program runs in.
func (in *Ingester) Run(ctx context.Context, paths []string, report func(Report)) (summary Summary, err error) {
	html, err := newHTMLReader(in.BodySelectors)
	if err != nil {
		return Summary{}, err
	}
	pdfs := pdf.Reader{Cache: in.Cache}
	defer func() { err = errors.Join(err, pdfs.Close()) }()
	table := formats(html, &pdfs)
	files, err := listFiles(ctx, paths)
	if err != nil {
		return Summary{}, err
	}
	jobs := func(yield func(job, error) bool) {
		for _, f := range files {
			j := job{source: f.name(), read: func(ctx context.Context) (reading, error) {
				if f.err != nil {
					return reading{}, f.err
				}
				return in.readFile(ctx, table, f)
			}}
			if !yield(j, nil) {
				return
			}
		}
	}
	return in.run(ctx, jobs, len(files), report)
}

// Documents stores prepared documents like Run stores files. An error of docs
// ends the run after the documents before it.
func (in *Ingester) Documents(ctx context.Context, docs iter.Seq2[RawDoc, error], report func(Report)) (Summary, error) {
	jobs := func(yield func(job, error) bool) {
		for d, err := range docs {
			j := job{source: d.Key, read: func(context.Context) (reading, error) { return in.readRaw(d) }}
			if !yield(j, err) || err != nil {
				return
			}
		}
	}
	return in.run(ctx, jobs, 0, report)
}

// reading is a document as it was read, before its chunks are made.
type reading struct {
	doc      retrieval.Document // without ID and sections
	marks    Marks
	warnings []string
}

func (in *Ingester) readFile(ctx context.Context, table []format, file listed) (reading, error) {
	key, err := fileKey(file.name())
	if err != nil {
		return reading{}, err
	}
	b, err := file.read()
	if err != nil {
		return reading{}, err
	}
	src := Source{Name: file.name(), Bytes: b}
	f, err := formatOf(table, src)
	if err != nil {
		return reading{}, err
	}
	page, err := f.read(ctx, src)
	if err != nil {
		return reading{}, err
	}
	doc := retrieval.Document{
		Meta: page.Meta, Text: page.Text, Pages: page.Pages, BytesSHA256: hash(b), Parser: f.parser(),
		Quality: quality(page.Text), Fetched: in.now(),
	}
	doc.Source = key
	doc.Key = keyOf(page.Meta, key)
	if doc.Quality < poorQuality {
		page.Warnings = append(page.Warnings, fmt.Sprintf("only %.0f%% of the characters look like official text", 100*doc.Quality))
	}
	return reading{doc, page.Marks, page.Warnings}, nil
}

// keyOf prefers what names the page for good to where its copy lies.
func keyOf(meta retrieval.Meta, path string) string {
	switch {
	case meta.IndexNo != "":
		return meta.IndexNo
	case meta.URL != "":
		return meta.URL
	}
	return path
}

func (in *Ingester) readRaw(d RawDoc) (reading, error) {
	if isBlank(d.Text) {
		return reading{}, ErrEmpty
	}
	if !utf8.ValidString(d.Text) {
		return reading{}, errors.New("the text is not valid UTF-8; convert it first")
	}
	return reading{doc: retrieval.Document{
		Meta: retrieval.Meta{Key: d.Key, Source: d.Key, Title: d.Title, Kind: guessKind("", "", d.Title)},
		Text: d.Text, BytesSHA256: hash([]byte(d.Title + "\n" + d.Text)), Parser: parserRaw,
		Quality: quality(d.Text), Fetched: in.now(),
	}}, nil
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (in *Ingester) now() time.Time {
	if in.Now != nil {
		return in.Now()
	}
	return time.Now()
}

func (in *Ingester) workers() int {
	if in.Workers > 0 {
		return in.Workers
	}
	return runtime.GOMAXPROCS(0)
}
