package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"zhiwen/bot/traditional"
)

//go:embed assets openapi.json
var embedded embed.FS

// assets are the scripts, styles and pictures. One checksum over all of them
// stands in their URLs, as a folder: modules import each other by relative
// names and so always belong to one build.
type assets struct {
	files   fs.FS
	sum     string
	openAPI []byte
	hant    []byte // words.js in Traditional characters
}

// hantFolder ends the checksum in the URLs of pages in Traditional characters:
// their modules import the words of that script by the same relative name.
const hantFolder = "-hant"

func newAssets() (*assets, error) {
	files, err := fs.Sub(embedded, "assets")
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	err = fs.WalkDir(files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		fmt.Fprintf(h, "%s %d\n%s", name, len(data), data)
		return err
	})
	if err != nil {
		return nil, err
	}
	openAPI, err := embedded.ReadFile("openapi.json")
	if err != nil {
		return nil, err
	}
	words, err := fs.ReadFile(files, wordsFile)
	if err != nil {
		return nil, err
	}
	return &assets{
		files: files, sum: hex.EncodeToString(h.Sum(nil)[:6]), openAPI: openAPI,
		hant: []byte(traditional.Convert(string(words)).Traditional),
	}, nil
}

// url names a file for a page.
func (a *assets) url(name string) (string, error) {
	if _, err := fs.Stat(a.files, name); err != nil {
		return "", err
	}
	return path.Join("/assets", a.sum, name), nil
}

func (a *assets) serve(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	data, err := fs.ReadFile(a.files, name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	sum, hant := strings.CutSuffix(r.PathValue("sum"), hantFolder)
	if sum != a.sum {
		// A page of an earlier build: it gets this build's files, all of them.
		folder := a.sum
		if hant {
			folder += hantFolder
		}
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, path.Join("/assets", folder, name), http.StatusFound)
		return
	}
	if hant && name == wordsFile {
		data = a.hant
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}
