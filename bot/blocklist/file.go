package blocklist

import (
	_ "embed"
	"log/slog"
	"os"
	"sync"
	"time"
)

//go:embed default.txt
var defaultLists string

// Default gives our own lists.
func Default() (Lists, error) { return Parse(defaultLists) }

// checkEvery is how often a file is looked at, at most.
const checkEvery = 2 * time.Second

// File is lists in a file that may be edited at any time. A broken edit keeps
// the last good lists. It is safe for concurrent use.
type File struct {
	path string
	log  *slog.Logger

	mu      sync.Mutex
	lists   Lists
	checked time.Time
	seen    stamp // of the file as it was last read
}

// stamp tells one state of a file from another.
type stamp struct {
	changed time.Time
	size    int64
	missing bool
}

// Open reads the lists of a file; it fails where the file is missing or broken,
// so that a mistake is seen at the start.
func Open(path string, log *slog.Logger) (*File, error) {
	f := &File{path: path, log: log, checked: time.Now()}
	lists, err := read(path)
	if err != nil {
		return nil, err
	}
	f.lists, f.seen = lists, stampOf(path)
	return f, nil
}

func read(path string) (Lists, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(string(text))
}

func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{missing: true}
	}
	return stamp{changed: info.ModTime(), size: info.Size()}
}

// Find gives the first rule of the file, as it is now, that a text breaks.
func (f *File) Find(use Use, text string) (Rule, bool) { return f.now().Find(use, text) }

// now gives the lists, read anew if the file has changed.
func (f *File) now() Lists {
	f.mu.Lock()
	defer f.mu.Unlock()
	if time.Since(f.checked) < checkEvery {
		return f.lists
	}
	f.checked = time.Now()
	stamp := stampOf(f.path)
	if stamp == f.seen {
		return f.lists
	}
	f.seen = stamp // whatever comes of it is said once
	lists, err := read(f.path)
	if err != nil {
		f.log.Warn("the blocklist is broken; the last good one is used", "file", f.path, "cause", err)
		return f.lists
	}
	f.log.Info("the blocklist was read anew", "file", f.path, "rules", len(lists))
	f.lists = lists
	return lists
}
