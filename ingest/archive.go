package ingest

import (
	"context"
	"fmt"

	"zhiwen/ingest/container"
)

// readZIP says why an archive is no document.
func readZIP(_ context.Context, src Source) (Page, error) {
	if _, err := container.Open(src.Bytes); err != nil {
		return Page{}, err
	}
	return Page{}, fmt.Errorf("%w: the archive holds no document that is read; unpack it", ErrFormat)
}
