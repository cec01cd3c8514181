package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows says which rooms the code of a room may import. Tests may import
// more: they fill stores and make embedders.
var arrows = map[string][]string{
	"retrieval":  {},
	"prompts":    {},
	"samples":    {},
	"technology": {"retrieval", "bot", "ingest", "technology"},
	"parsers":    {"retrieval", "parsers"},
	"ingest":     {"retrieval", "parsers"},
	"bot":        {"retrieval", "prompts", "bot"},
	"web":        {"bot", "ingest", "retrieval", "web"},
	"cmd/zhiwen": {"retrieval", "prompts", "samples", "technology", "ingest", "parsers", "bot", "web"},
}

// room names the room of a package: the first folder of its path, but for the
// stores, models and their test suites below retrieval/, which only cmd/zhiwen
// knows, and the parsers below ingest/, which know bytes only.
func room(pkg string) string {
	first, below, _ := strings.Cut(pkg, "/")
	switch {
	case first == "cmd":
		return pkg
	case first == "retrieval" && below != "":
		return "technology"
	case first == "ingest" && below != "":
		return "parsers"
	}
	return first
}

// TestArrows holds the direct imports of all packages to the layout: a room
// that imports another against the arrows has to be thought over, not allowed.
func TestArrows(t *testing.T) {
	root := filepath.Join("..", "..")
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		checkImports(t, root, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkImports(t *testing.T, root, name string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, name), nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	from := room(path.Dir(name))
	allowed, known := arrows[from]
	if !known {
		t.Errorf("%s: the layout has no room %q", name, from)
		return
	}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		pkg, ours := strings.CutPrefix(imported, "zhiwen/")
		if ours && !slices.Contains(allowed, room(pkg)) {
			t.Errorf("%s imports %s: no arrow leads from %s to %s", name, imported, from, room(pkg))
		}
	}
}
