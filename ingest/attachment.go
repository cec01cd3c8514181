package ingest

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/encoding/simplifiedchinese"

	"zhiwen/retrieval"
)

// Link is a link of a page to a file, which is a document of its own.
type Link struct {
	Ref  string // as the page has it
	Text string
}

// Parent is the page that a file is attached to.
type Parent struct {
	Meta retrieval.Meta // of the page, with its key
	Link string         // the text of the link
}

// attachable are the extensions of files that pages attach.
var attachable = []string{
	".pdf", ".doc", ".docx", ".wps", ".rtf", ".xls", ".xlsx", ".et", ".csv", ".json", ".ofd", ".txt", ".md", ".zip",
}

// maxLinks bounds the files that one page may attach.
const maxLinks = 500

// fileLinks lists the links to files below a node, each file once.
func fileLinks(root *html.Node) []Link {
	base := ""
	var links []Link
	seen := map[string]bool{}
	for n := range root.Descendants() {
		switch n.DataAtom {
		case atom.Base:
			base = attr(n, "href")
		case atom.A:
			ref := strings.TrimSpace(attr(n, "href"))
			if !isFileRef(ref) || seen[ref] || len(links) == maxLinks {
				continue
			}
			seen[ref] = true
			text := joinLines(blockLines(n), " ")
			if text == "" {
				text = trim(attr(n, "title"))
			}
			links = append(links, Link{ref, text})
		}
	}
	for i := range links {
		if absolute := resolve(base, "", links[i].Ref); base != "" && absolute != "" {
			links[i].Ref = absolute
		}
	}
	return links
}

func isFileRef(ref string) bool {
	u, err := url.Parse(ref)
	return err == nil && slices.Contains(attachable, strings.ToLower(path.Ext(u.Path)))
}

// resolve gives the address that a reference on a page leads to: a URL for
// the page of a site, a path with slashes for a file. What begins with a slash
// stands below the root of a copied site. "" where it leads nowhere.
func resolve(base, root, ref string) string {
	u, err := url.Parse(strings.ReplaceAll(ref, `\`, "/"))
	if err != nil {
		return ""
	}
	if strings.Contains(base, "://") {
		b, err := url.Parse(base)
		if err != nil {
			return ""
		}
		return absoluteURL(b.ResolveReference(u).String())
	}
	to := u.Path
	if !utf8.ValidString(to) { // %-encoded from GBK
		to = decodeWith(simplifiedchinese.GB18030, []byte(to))
	}
	switch {
	case u.Scheme != "" || u.Host != "" || to == "" || base == "":
		return ""
	case path.IsAbs(to):
		return path.Join(root, to)
	}
	return path.Join(path.Dir(base), to)
}

// attachments are the files that the pages of a run link to, by address. The
// first page that links to a file is its parent.
type attachments struct {
	mu    sync.Mutex
	found map[string]attached
}

type attached struct {
	Parent
	job int // that read the page
}

func (a *attachments) add(job int, address string, parent Parent) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.found == nil {
		a.found = map[string]attached{}
	}
	if before, ok := a.found[address]; !ok || job < before.job {
		a.found[address] = attached{parent, job}
	}
}

// parent is the page that links to the file at an address, nil if none does.
func (a *attachments) parent(address string) *Parent {
	a.mu.Lock()
	defer a.mu.Unlock()
	if at, ok := a.found[address]; ok {
		return &at.Parent
	}
	return nil
}

// attach gives the document of a file what it does not say of itself but its
// page does. A repealed document's attachments are repealed with it.
func attach(meta *retrieval.Meta, parent Parent) {
	page := parent.Meta
	if meta.Key == page.Key {
		return
	}
	meta.Parent = page.Key
	setOnce(&meta.Publisher, page.Publisher)
	setOnce(&meta.Published, page.Published)
	setOnce(&meta.Column, page.Column)
	if meta.Kind == retrieval.KindUndefined {
		meta.Kind = page.Kind
	}
	if meta.Validity == "" {
		meta.Validity, meta.ValiditySource = page.Validity, page.ValiditySource
	}
}

var (
	attachmentMark = regexp.MustCompile(`^[（(【\[]?附件[\s\p{Z}]*(?:[0-9０-９一二三四五六七八九十]+[\s\p{Z}]*[）)】\]]?[\s\p{Z}]*[:：.．、]?|[）)】\]][:：]?|[:：.．、])[\s\p{Z}]*`)
	emptyLinkText  = regexp.MustCompile(`^(?:点击|请点击|点此)?(?:这里|此处)?(?:下载|查看|打开|浏览)?(?:附件|全文|原文)?$`)
)

// linkTitle makes a title of the text of a link, "" where it says nothing of
// the file: "附件1：补贴标准.doc" is 补贴标准.
func linkTitle(text string) string {
	text = trim(attachmentMark.ReplaceAllString(trim(text), ""))
	if slices.Contains(attachable, strings.ToLower(path.Ext(text))) {
		text = trim(strings.TrimSuffix(text, path.Ext(text)))
	}
	if emptyLinkText.MatchString(text) {
		return ""
	}
	return text
}

// listAttachments adds the links that stand beside the body to the text, so
// that the page says what belongs to it.
func listAttachments(page *Page) {
	text := squeeze(page.Text)
	for _, link := range page.Links {
		if name := linkTitle(link.Text); name != "" && !strings.Contains(text, squeeze(name)) {
			page.Text += "\n附件：" + name
		}
	}
}
