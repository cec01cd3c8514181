package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"zhiwen/bot/eval"
	"zhiwen/ingest"
	"zhiwen/ingest/jsonl"
	"zhiwen/retrieval"
)

// fill stores the documents of a collection made for measuring: JSONL files
// of {"id","title","text"}, whose texts are stored as they are, and folders of
// pages. It returns how many chunks were new.
func (s *shell) fill(ctx context.Context, r *rooms, paths []string) (chunks int, err error) {
	var files, folders []string
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return 0, err
		case info.IsDir():
			folders = append(folders, path)
		default:
			files = append(files, path)
		}
	}
	var failed []error
	report := func(r ingest.Report) {
		chunks += r.Chunks
		if r.Status == ingest.StatusFailed {
			failed = append(failed, fmt.Errorf("%s: %s", r.Source, r.Error))
		}
	}
	ingester := r.ingester(s)
	if _, err := ingester.Documents(ctx, rawDocs(files), report); err != nil {
		return chunks, err
	}
	if _, err := ingester.Run(ctx, folders, report); err != nil {
		return chunks, err
	}
	return chunks, errors.Join(failed...)
}

// rawDocs reads the documents of JSONL files.
func rawDocs(paths []string) iter.Seq2[ingest.RawDoc, error] {
	return func(yield func(ingest.RawDoc, error) bool) {
		for _, path := range paths {
			for row, err := range jsonl.File[struct{ ID, Title, Text string }](path) {
				if err == nil && row.ID == "" {
					err = fmt.Errorf("%s: a document has no id", path)
				}
				if !yield(ingest.RawDoc{Key: row.ID, Title: row.Title, Text: row.Text}, err) || err != nil {
					return
				}
			}
		}
	}
}

// versions maps the ids by which questions name documents to version IDs and
// keys: rows go by their id, which is their key, pages by their file's name.
func versions(ctx context.Context, st store) (ids, keys map[string]string, err error) {
	ids, keys = map[string]string{}, map[string]string{}
	for listing, err := range st.List(ctx) {
		if err != nil {
			return nil, nil, err
		}
		if listing.State == retrieval.StateCurrent {
			ids[listing.Key] = listing.ID
			keys[filepath.Base(listing.Source)] = listing.Key
		}
	}
	return ids, keys, nil
}

// readQueries reads the questions of JSONL files.
func readQueries(paths []string) ([]eval.Query, error) {
	var queries []eval.Query
	for _, path := range paths {
		for query, err := range jsonl.File[eval.Query](path) {
			if err != nil {
				return nil, err
			}
			queries = append(queries, query)
		}
	}
	return queries, nil
}

// byKey puts the keys of documents in place of the names of their files.
func byKey(queries []eval.Query, keys map[string]string) {
	for i, q := range queries {
		if key, ok := keys[q.DocID]; ok {
			queries[i].DocID = key
		}
		for j, id := range q.DocIDs {
			if key, ok := keys[id]; ok {
				q.DocIDs[j] = key
			}
		}
	}
}
