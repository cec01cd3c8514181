package web

import "zhiwen/web/mount"

// ownPaths are the first segments of our own paths, which no prefix may begin with.
var ownPaths = []string{
	"about", "api", "assets", "doc", "elder", "healthz", "metrics", "qr.svg", "readyz", "receipt", "site", "staff", "widget.css", "widget.js", "ws",
}

// ParsePublic reads where visitors find the server: https://host, or
// https://host/path/ behind a gateway that many sites share.
func ParsePublic(text string) (mount.Point, error) { return mount.Parse(text, ownPaths...) }
