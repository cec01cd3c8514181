package ingest

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"strings"

	"zhiwen/ingest/doc"
	"zhiwen/ingest/docx"
	"zhiwen/ingest/ofd"
	"zhiwen/ingest/pdf"
	"zhiwen/ingest/rtf"
	"zhiwen/ingest/xlsx"
)

// format is one row of the table of formats: how to know it and how to read
// it. To add a format, add a row.
type format struct {
	name string
	// version rises when the reader's output changes, so that the next run
	// reads stored documents again.
	version int
	// pictured formats have pages that are shown as they look: their files are
	// kept.
	pictured bool
	// listing formats may hold lists, each item of which is a document.
	listing bool
	// is looks at the lower-case extension (with dot) and the bytes.
	is func(extension string, b []byte) bool
	// read is nil for a format that is known but not read.
	read func(context.Context, Source) (Page, error)
}

// parser names reader and version as they are stored with a document.
func (f format) parser() string { return fmt.Sprintf("%s/%d", f.name, f.version) }

// sniffLength is what is looked at for HTML: enough for a comment and a doctype
// before the first tag.
const sniffLength = 1024

// formats is ordered: content decides before extensions do.
func formats(html htmlReader, pdfs *pdf.Reader) []format {
	return []format{
		{name: "pdf", version: 4, pictured: true, is: isPDF, read: fromParser(pdfs.Read)},
		{name: "docx", version: 2, is: inArchive(docx.Is), read: fromArchive(docx.Read)},
		{name: "xlsx", version: 1, listing: true, is: inArchive(xlsx.Is), read: readXLSX},
		{name: "ofd", version: 4, is: inArchive(ofd.Is), read: fromArchive(ofd.Read)},
		{name: "zip", version: 1, is: magic("PK\x03\x04", "PK\x05\x06"), read: readZIP},
		{name: "doc", version: 2, is: inCompound(doc.Is), read: fromCompound(doc.Read)},
		{name: "xls", version: 1, is: inCompound(xlsx.IsBinary), read: fromCompound(xlsx.ReadBinary)},
		{name: "ole", version: 1, is: isCompound, read: readCompound},
		{name: "rtf", version: 2, is: isRTF, read: fromBytes(rtf.Read)},
		{name: "image", is: magic("\x89PNG", "\xFF\xD8\xFF", "GIF8", "BM", "II*\x00", "MM\x00*")},
		{name: "archive", is: magic("\x1F\x8B", "Rar!", "7z\xBC\xAF", "BZh")},
		{name: "html", version: 2, is: isHTML, read: html.read},
		{name: "markdown", version: 2, is: hasExtension(".md", ".markdown"), read: html.readMarkdown},
		{name: "csv", version: 1, listing: true, is: hasExtension(".csv", ".tsv"), read: readCSV},
		{name: "json", version: 1, listing: true, is: hasExtension(".json"), read: readJSON},
		{name: "text", version: 2, is: hasExtension(".txt", ".text", ""), read: readText},
	}
}

// formatOf finds the format of a source. The error wraps ErrFormat.
func formatOf(table []format, src Source) (format, error) {
	ext := extensionOf(src.Name)
	for _, f := range table {
		if !f.is(ext, src.Bytes) {
			continue
		}
		if f.read == nil {
			return f, fmt.Errorf("%w: %s is not read; save it as DOCX, PDF or HTML", ErrFormat, f.name)
		}
		return f, nil
	}
	return format{}, fmt.Errorf("%w: %q; text, Markdown, HTML, PDF, DOC, DOCX, WPS, RTF, XLSX, XLS, CSV, OFD and ZIP files of these are read, and lists of 办事指南 in JSON", ErrFormat, ext)
}

func extensionOf(name string) string {
	name, _, _ = strings.Cut(name, "?")
	return strings.ToLower(path.Ext(strings.ReplaceAll(name, `\`, "/")))
}

// isPDF allows for what mail programs leave before the header.
func isPDF(_ string, b []byte) bool {
	return bytes.Contains(b[:min(len(b), sniffLength)], []byte("%PDF-"))
}

func magic(prefixes ...string) func(string, []byte) bool {
	return func(_ string, b []byte) bool {
		for _, p := range prefixes {
			if bytes.HasPrefix(b, []byte(p)) {
				return true
			}
		}
		return false
	}
}

func hasExtension(known ...string) func(string, []byte) bool {
	return func(ext string, _ []byte) bool {
		for _, k := range known {
			if ext == k {
				return true
			}
		}
		return false
	}
}

// isPageName holds for names of web pages, to which other files may be
// attached.
func isPageName(name string) bool { return isHTML(extensionOf(name), nil) }

// isHTML trusts the content before the extension: a .doc of a government
// site is often HTML. Markdown may begin with a tag and is left alone.
func isHTML(ext string, b []byte) bool {
	switch ext {
	case ".html", ".htm", ".shtml", ".xhtml":
		return true
	case ".md", ".markdown", ".xml", ".svg", ".js", ".css", ".json":
		return false
	}
	// UTF-16 keeps ASCII in every other byte.
	head := string(b[:min(len(b), sniffLength)])
	text := strings.ToLower(strings.ToValidUTF8(strings.ReplaceAll(head, "\x00", ""), ""))
	text = strings.TrimLeft(text, "\ufeff \t\r\n")
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body", "<meta", "<title"} {
		if strings.HasPrefix(text, tag) {
			return true
		}
	}
	return strings.HasPrefix(text, "<!--") && strings.Contains(text, "<html")
}
