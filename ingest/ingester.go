package ingest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"iter"
	"path/filepath"
	"runtime"
	"sync"
	"time"
	"unicode/utf8"

	"zhiwen/ingest/ocr"
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
	// ReadFrom gives the current documents that were read from a source.
	ReadFrom(ctx context.Context, source string) ([]retrieval.Ref, error)
	// Retire makes the current versions under keys superseded ones, with nothing
	// in their place; Put makes them current again.
	Retire(ctx context.Context, keys ...string) error
}

// Ingester reads documents into a store. It may be used for several runs, one
// at a time.
type Ingester struct {
	Store    Store
	Embedder retrieval.Embedder // nil: chunks get no vectors
	// Rules and Held keep what is ruled of validity; both nil: nothing is.
	Rules   Rules
	Held    Held
	Workers int // documents read at once; 0: one a processor
	Writers int // batches stored at once, for stores where that is faster; 0: one
	// BodySelectors are CSS selectors of article bodies, tried before the
	// built-in ones.
	// "SELECTOR@HOST" holds for the pages of a host only.
	BodySelectors []string
	// Map is a file that says what the columns of lists of 办事指南 hold; it goes
	// with the files that are named, unless NAME.map.csv stands beside them. Empty:
	// the usual headings are known.
	Map string
	// Cache is a folder for what can be made again, the compiled PDF engine and
	// for a week the text of scanned pages; empty: it is made for each run that
	// needs it.
	Cache string
	// OCRTime is the most that is spent on recognising the scanned pages of one
	// document; 0: twenty minutes.
	OCRTime time.Duration
	// AcceptRemovals retires all items that are gone from a list of 办事指南, were
	// they most of it.
	AcceptRemovals bool
	// Uploads is a folder of files that staff have uploaded: they are known by
	// their names in it, and held back until somebody has released them.
	Uploads string
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
const parserRaw = "raw/2"

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
	pdfs := pdf.Reader{Cache: in.Cache, RecogniseTime: in.OCRTime}
	if engine, err := ocr.Find(ctx, keptPages(in.Cache)); err == nil { // without it scans are reported
		pdfs.Recognise = engine.Recognise
	}
	defer func() { err = errors.Join(err, pdfs.Close()) }()
	table := formats(html, &pdfs)
	files, err := listFiles(ctx, paths)
	if err != nil {
		return Summary{}, err
	}
	return in.run(ctx, in.fileJobs(table, files), len(files), report, nil)
}

// fileJobs reads the pages before the other files, which may be attached to
// them.
func (in *Ingester) fileJobs(table []format, files []listed) iter.Seq2[job, error] {
	var linked attachments
	return func(yield func(job, error) bool) {
		var pages sync.WaitGroup
		for number, f := range files {
			if !isPageName(f.name()) {
				continue
			}
			pages.Add(1)
			read := func(ctx context.Context) ([]reading, error) {
				defer pages.Done()
				readings, err := in.readFile(ctx, table, f, nil)
				for _, r := range readings {
					for _, link := range r.links {
						if to := resolve(r.doc.Source, f.root, link.Ref); to != "" {
							linked.add(number, to, Parent{r.doc.Meta, link.Text})
						}
					}
				}
				return readings, err
			}
			if !yield(job{number, f.name(), read}, nil) {
				return
			}
		}
		pages.Wait()
		for number, f := range files {
			if isPageName(f.name()) {
				continue
			}
			read := func(ctx context.Context) ([]reading, error) {
				return in.readFile(ctx, table, f, &linked)
			}
			if !yield(job{number, f.name(), read}, nil) {
				return
			}
		}
	}
}

// Documents stores prepared documents like Run stores files. An error of docs
// ends the run after the documents before it.
func (in *Ingester) Documents(ctx context.Context, docs iter.Seq2[RawDoc, error], report func(Report)) (Summary, error) {
	jobs := func(yield func(job, error) bool) {
		number := 0
		for d, err := range docs {
			j := job{number, d.Key, func(context.Context) ([]reading, error) { return in.readRaw(d) }}
			if !yield(j, err) || err != nil {
				return
			}
			number++
		}
	}
	return in.run(ctx, jobs, 0, report, nil)
}

// reading is a document as it was read, before its chunks are made.
type reading struct {
	part     string             // of the source, "" for all of it
	list     string             // the source, if it may be a list of documents
	doc      retrieval.Document // without ID and sections
	marks    Marks
	links    []Link
	coverage float64
	warnings []string
	err      error  // why there is no document
	original []byte // the file, if it is to be kept
	same     bool   // the source has not changed; of doc only Key and Source are set
}

// readFile reads the documents of a file: one, or the parts of a file that
// holds several. Pages are read with no attachments, because they have no page
// of their own.
func (in *Ingester) readFile(ctx context.Context, table []format, file listed, linked *attachments) ([]reading, error) {
	if file.err != nil {
		return nil, file.err
	}
	key, err := in.fileKey(file.name())
	if err != nil {
		return nil, err
	}
	b, err := file.read()
	if err != nil {
		return nil, err
	}
	src := Source{Name: file.name(), Bytes: b}
	if src.Columns, err = in.columnsFor(file); err != nil {
		return nil, err
	}
	if linked != nil {
		src.Parent = linked.parent(key)
	}
	f, err := formatOf(table, src)
	if err != nil {
		return nil, err
	}
	if !f.pictured && len(b) > maxWhole {
		return nil, tooLarge(int64(len(b)), maxWhole)
	}
	page, err := f.read(ctx, src)
	if err != nil {
		return nil, err
	}
	doc := retrieval.Document{
		Meta: retrieval.Meta{Source: key}, BytesSHA256: hash(b), Parser: f.parser(), Fetched: in.now(),
	}
	if page.Parts == nil {
		r := readingOf(doc, keyOf(page.Meta, key), page, src.Parent)
		if f.pictured {
			r.original = b
		}
		if f.listing {
			r.list = key
		}
		return []reading{r}, nil
	}
	readings := make([]reading, len(page.Parts))
	for i, part := range page.Parts {
		if part.Err == nil {
			readings[i] = readingOf(doc, cmp.Or(part.Key, key+"#"+part.Name), part.Page, src.Parent)
		}
		readings[i].part, readings[i].list, readings[i].err = "#"+part.Name, key, part.Err
	}
	return readings, nil
}

// uploadKey begins the key of a file that was uploaded.
const uploadKey = "upload:"

func (in *Ingester) fileKey(name string) (string, error) {
	if in.Uploads == "" {
		return fileKey(name)
	}
	below, err := filepath.Rel(in.Uploads, name)
	return uploadKey + filepath.ToSlash(below), err
}

// readingOf completes a document, of which its source is known, with what a
// reader made of it.
func readingOf(doc retrieval.Document, key string, page Page, parent *Parent) reading {
	source := doc.Source
	doc.Meta = page.Meta
	doc.Source, doc.Key = source, key
	if parent != nil {
		attach(&doc.Meta, *parent)
	}
	doc.Text, doc.Pages, doc.Recognised, doc.Quality = page.Text, page.Pages, page.Recognised, quality(page)
	return reading{
		doc: doc, marks: page.Marks, links: page.Links, coverage: page.Coverage,
		warnings: append(page.Warnings, doubts(page)...),
	}
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

func (in *Ingester) readRaw(d RawDoc) ([]reading, error) {
	if isBlank(d.Text) {
		return nil, ErrEmpty
	}
	if !utf8.ValidString(d.Text) {
		return nil, errors.New("the text is not valid UTF-8; convert it first")
	}
	return []reading{{coverage: 1, doc: retrieval.Document{
		Meta: retrieval.Meta{Key: d.Key, Source: d.Key, Title: d.Title, Kind: guessKind("", "", d.Title)},
		Text: d.Text, BytesSHA256: hash([]byte(d.Title + "\n" + d.Text)), Parser: parserRaw,
		Quality: quality(Page{Text: d.Text, Coverage: 1}), Fetched: in.now(),
	}}}, nil
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

func (in *Ingester) writers() int { return max(in.Writers, 1) }
