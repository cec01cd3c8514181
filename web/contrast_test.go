package web

import (
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Text keeps 4.5:1 against what it stands on, the edge of a control 3:1, by
// day and by night (WCAG 2.2, 1.4.3 and 1.4.11).
func TestContrast(t *testing.T) {
	a, err := newAssets()
	if err != nil {
		t.Fatal(err)
	}
	css, err := fs.ReadFile(a.files, "tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	day, night, _ := strings.Cut(string(css), "prefers-color-scheme: dark")
	colours := map[string]string{}
	for _, part := range []struct{ name, css string }{{"day", day}, {"night", night}} {
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(part.css, -1) {
			colours[m[1]] = m[2]
		}
		for _, pair := range []struct {
			on, text string
			least    float64
		}{
			{"page", "text", 4.5}, {"page", "text-soft", 4.5}, {"page", "main", 4.5},
			{"surface", "text", 4.5}, {"surface", "text-soft", 4.5}, {"surface", "main", 4.5},
			{"main", "on-main", 4.5}, {"main-strong", "on-main", 4.5},
			{"main-faint", "main", 4.5}, {"main-faint", "text-soft", 4.5},
			{"highlight", "on-highlight", 4.5}, {"warn-faint", "warn", 4.5}, {"surface", "warn", 4.5},
			{"bar", "on-bar", 4.5}, {"bar-strong", "on-bar", 4.5},
			{"surface", "edge-control", 3}, {"bar", "bar-edge", 3},
		} {
			if got := contrast(t, colours[pair.on], colours[pair.text]); got < pair.least {
				t.Errorf("%s: %s on %s is %.2f:1, less than %.1f:1", part.name, pair.text, pair.on, got, pair.least)
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	light, dark := luminance(t, a), luminance(t, b)
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 24)
	if err != nil {
		t.Fatalf("colour %q: %v", colour, err)
	}
	linear := func(channel uint64) float64 {
		c := float64(channel&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}
