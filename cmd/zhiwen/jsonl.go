package main

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

// jsonLines reads the rows of a JSONL file, gzipped or not: told by its first
// bytes, not by its name. Lines end at "\n" only, and may be of any length.
// Iteration ends at the first error, which names file and line.
func jsonLines[Row any](path string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		var none Row
		file, err := os.Open(path)
		if err != nil {
			yield(none, err)
			return
		}
		defer file.Close()
		reader, err := gunzip(file)
		if err != nil {
			yield(none, fmt.Errorf("read %s: %w", path, err))
			return
		}
		for number := 1; ; number++ {
			line, readErr := reader.ReadBytes('\n')
			if line = bytes.TrimSpace(line); len(line) > 0 {
				var row Row
				if err := json.Unmarshal(line, &row); err != nil {
					yield(none, fmt.Errorf("%s:%d: not a row of JSON as expected: %w", path, number, err))
					return
				}
				if !yield(row, nil) {
					return
				}
			}
			if errors.Is(readErr, io.EOF) {
				return
			}
			if readErr != nil {
				yield(none, fmt.Errorf("%s:%d: %w", path, number, readErr))
				return
			}
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
