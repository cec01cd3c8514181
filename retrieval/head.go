package retrieval

import "time"

// Head is what ingest compares before it reads a document again.
type Head struct {
	Meta
	BytesSHA256 string
	Parser      string
}

// Ref names a stored document.
type Ref struct{ ID, Key, Title string }

// Stats describes a whole store.
type Stats struct {
	Documents  int // current versions
	Chunks     int // in the index
	Vectors    int // chunks that have one
	Model      string
	Dim        int
	Generation int64 // rises with every change of the index
	Updated    time.Time
}

// Listing is one line of the list of documents.
type Listing struct {
	Meta
	Chunks int
}
