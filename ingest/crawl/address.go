package crawl

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"zhiwen/ingest/fetch"
)

// aside are the extensions of what is neither a page nor a document.
var aside = []string{
	".jpg", ".jpeg", ".png", ".gif", ".bmp", ".svg", ".ico", ".webp", ".css", ".js", ".mp4", ".mp3", ".avi", ".wmv", ".flv", ".swf", ".exe", ".apk", ".rar", ".7z",
	".woff", ".woff2", ".ttf", ".xml", ".rss",
}

// files are the extensions of documents that pages attach.
var files = []string{".pdf", ".doc", ".docx", ".wps", ".rtf", ".xls", ".xlsx", ".et", ".csv", ".ofd", ".txt", ".zip"}

// passing are the parameters of a query that change with the visitor or the
// way there, and not with the page.
var passing = regexp.MustCompile(`(?i)^(?:jsessionid|phpsessid|aspsessionid\w*|sid|sessionid|utm_\w+|spm|from|share\w*|print|_t|t|_|timestamp|rand(?:om)?)$`)

var (
	inPathSession = regexp.MustCompile(`(?i);jsessionid=[^/?#]*`)
	indexPage     = regexp.MustCompile(`(?i)^(?:index|default)\.(?:s?html?|jsp|php|aspx?)$`)
)

// Address brings an address to the form in which it is asked for and
// remembered: as fetch.Parse does, without what only passes by; ok is false for
// what is no page of a site.
func Address(base, ref string) (address string, ok bool) {
	ref = strings.TrimSpace(strings.ReplaceAll(ref, `\`, "/"))
	if ref == "" || strings.HasPrefix(ref, "#") {
		return "", false
	}
	u, err := url.Parse(ref)
	if err != nil {
		return "", false
	}
	if base != "" {
		b, err := url.Parse(base)
		if err != nil {
			return "", false
		}
		u = b.ResolveReference(u)
	}
	u.Path = inPathSession.ReplaceAllString(u.Path, "")
	if u.RawQuery != "" {
		kept := slices.DeleteFunc(strings.Split(u.RawQuery, "&"), func(pair string) bool {
			name, _, _ := strings.Cut(pair, "=")
			return passing.MatchString(name)
		})
		u.RawQuery = strings.Join(kept, "&")
	}
	parsed, err := fetch.Parse(u.String())
	if err != nil || slices.Contains(aside, extension(parsed.Path)) {
		return "", false
	}
	return parsed.String(), true
}

// Key is the same for all addresses of a page that differ in scheme, www. and
// the name of its folder's page only.
func Key(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.Scheme, u.Host = "http", strings.TrimPrefix(u.Host, "www.")
	if folder, name := path.Split(u.Path); indexPage.MatchString(name) {
		u.Path, u.RawPath = folder, ""
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String()
}

// IsFile reports whether an address leads to a file that a page attaches.
func IsFile(address string) bool {
	u, err := url.Parse(address)
	return err == nil && slices.Contains(files, extension(u.Path))
}

func extension(name string) string { return strings.ToLower(path.Ext(name)) }

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
