// Package docx reads Word's OOXML: the paragraphs and tables of the body as a
// reader sees them. Deleted, hidden and white text, headers, footers, notes and
// comments are left out; automatic numbers are written.
//
// It knows bytes and nothing of what the text is about.
package docx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
)

// mainType ends the relationship that leads to the text.
const mainType = "/officeDocument"

// Is reports whether an archive is a text of Word or WPS.
func Is(a *container.Archive) bool { return mainPart(a) != "" }

// Read reads a file. Its errors are whole sentences.
func Read(a *container.Archive) (content.Document, error) {
	main := mainPart(a)
	if main == "" {
		return content.Document{}, errors.New("the archive holds no Word document")
	}
	related, err := relations(a, main)
	if err != nil {
		return content.Document{}, err
	}
	r := reader{styles: styles{}}
	for _, part := range []struct {
		kind string
		read func(*xml.Decoder) error
	}{{"/styles", r.styles.read}, {"/numbering", r.lists.read}} {
		if err := readPart(a, related[part.kind], part.read); err != nil {
			return content.Document{}, err
		}
	}
	if err := readPart(a, main, r.read); err != nil {
		return content.Document{}, err
	}
	return content.Document{Blocks: r.blocks, Hidden: r.hidden.String()}, nil
}

// readPart reads one part of the archive; one that is missing has nothing in it.
func readPart(a *container.Archive, name string, read func(*xml.Decoder) error) error {
	if name == "" {
		return nil
	}
	d, err := a.ReadXML(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := read(d); err != nil {
		return fmt.Errorf("%w (%s: %v)", container.ErrDamaged, name, err)
	}
	return nil
}

// mainPart names the part with the text; it is nearly always word/document.xml.
func mainPart(a *container.Archive) string {
	related, err := relations(a, "")
	if err != nil {
		return ""
	}
	name := related[mainType]
	if name == "" {
		name = "word/document.xml"
	}
	if !a.Has(name) || !strings.HasSuffix(name, ".xml") || strings.HasPrefix(name, "xl/") || strings.HasPrefix(name, "ppt/") {
		return ""
	}
	return name
}

// relations gives the parts related to one, by the end of the relation's type.
func relations(a *container.Archive, part string) (map[string]string, error) {
	dir, file := path.Split(part)
	d, err := a.ReadXML(path.Join(dir, "_rels", file+".rels"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	related := map[string]string{}
	for {
		token, err := d.Token()
		if err != nil {
			return related, nil // what can be read of a broken part is enough
		}
		e, ok := token.(xml.StartElement)
		if !ok || e.Name.Local != "Relationship" || container.Attr(e, "TargetMode") == "External" {
			continue
		}
		kind, target := container.Attr(e, "Type"), container.Attr(e, "Target")
		if i := strings.LastIndexByte(kind, '/'); i >= 0 && related[kind[i:]] == "" {
			if !strings.HasPrefix(target, "/") {
				target = path.Join(dir, target)
			}
			related[kind[i:]] = strings.TrimPrefix(target, "/")
		}
	}
}
