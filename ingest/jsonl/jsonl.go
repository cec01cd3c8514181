// Package jsonl reads files of one JSON value a line, gzipped or not.
package jsonl

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
)

// File reads the rows of the file at path. Iteration ends at the first error,
// which names file and line.
func File[Row any](path string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		file, err := os.Open(path)
		if err != nil {
			var none Row
			yield(none, err)
			return
		}
		defer file.Close()
		Decode(file, path, yield)
	}
}

// Decode reads rows until yield has enough; name stands in its errors. Lines
// end at "\n" only and may be of any length; empty ones are passed over. Gzip
// is told by the first bytes, not by the name.
func Decode[Row any](in io.Reader, name string, yield func(Row, error) bool) {
	var none Row
	reader, err := gunzip(in)
	if err != nil {
		yield(none, fmt.Errorf("read %s: %w", name, err))
		return
	}
	for number := 1; ; number++ {
		line, readErr := reader.ReadBytes('\n')
		if readErr != nil && !errors.Is(readErr, io.EOF) {
			yield(none, fmt.Errorf("%s:%d: %w", name, number, readErr))
			return
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			var row Row
			if err := json.Unmarshal(line, &row); err != nil {
				yield(none, fmt.Errorf("%s:%d: not a row of JSON as expected: %w", name, number, err))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
		if readErr != nil {
			return
		}
	}
}

func gunzip(file io.Reader) (*bufio.Reader, error) {
	reader := bufio.NewReaderSize(file, 1<<16)
	magic, err := reader.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return reader, nil
	}
	unzipped, err := gzip.NewReader(reader)
	if err != nil {
		return nil, err
	}
	return bufio.NewReaderSize(unzipped, 1<<16), nil
}
