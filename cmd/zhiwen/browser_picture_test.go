package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestBrowserOpensThePicture asks about a PDF and follows its citation to the
// picture of the page. What poppler, another reader of PDF, finds below the
// boxes that the browser shows must be the quoted words and no others.
func TestBrowserOpensThePicture(t *testing.T) {
	poppler, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("pdftotext is not installed: apt-get install poppler-utils")
		}
		t.Skip("left out: pdftotext is not installed")
	}
	file := filepath.Join("..", "..", "ingest", "testdata", "office", "pages.pdf")
	store := filepath.Join(t.TempDir(), "s.db")
	if made := zhiwen(t, "ingest", "--store", store, file); made.code != 0 {
		t.Fatalf("ingest: %+v", made)
	}
	url := serve(t, store).url
	ctx := startBrowser(t)

	browse(t, ctx, chromedp.Navigate(url), chromedp.WaitVisible(chromedp.CSS("#question")),
		chromedp.SendKeys(chromedp.CSS("#question"), "便民服务工作规程第四条是什么？\r"),
		chromedp.WaitVisible(chromedp.CSS(`.card a[href*="/page/"]`)))
	shoot(t, ctx, "picture-answer")
	page := follow(t, ctx, `.card a[href*="/page/"]`, "/page/")
	browse(t, page, chromedp.WaitVisible(chromedp.CSS("rect.passage")),
		chromedp.Poll[chromedp.Void](`document.querySelector(".paper img").complete && document.querySelector(".paper img").naturalWidth > 0`))
	shoot(t, page, "picture-page")

	number := strings.TrimPrefix(evaluate[string](t, page, `location.pathname.match(/page\/\d+/)[0]`), "page/")
	quoted := evaluate[string](t, page, `document.querySelector(".picture-text mark.quote").textContent`)
	boxes := evaluate[[][4]float64](t, page, `(() => {
		const paper = document.querySelector(".paper img").getBoundingClientRect();
		return [...document.querySelectorAll("rect.passage")].map(r => {
			const b = r.getBoundingClientRect();
			return [(b.left - paper.left) / paper.width, (b.top - paper.top) / paper.height, b.width / paper.width, b.height / paper.height];
		});
	})()`)
	found := ""
	for _, box := range boxes {
		found += below(t, poppler, file, number, box)
	}
	if got, want := strings.Join(strings.Fields(found), ""), strings.Join(strings.Fields(quoted), ""); got != want || len(boxes) < 2 {
		t.Errorf("below %d boxes stands\n%s\nand not\n%s", len(boxes), got, want)
	}
	// The passage is what the page is opened at.
	if top := evaluate[float64](t, page, `document.querySelector("#passage").getBoundingClientRect().top`); top < 0 || top > 820 {
		t.Errorf("the passage stands at %v of a window of 820", top)
	}
	browse(t, page, chromedp.Click(chromedp.CSS(`.picture-zoom a:nth-child(2)`)), chromedp.WaitVisible(chromedp.CSS(".paper.zoom-2 rect.passage")))
	shoot(t, page, "picture-zoomed")
	browse(t, page, chromedp.Click(chromedp.CSS(`.picture-tools a:first-child`)), chromedp.WaitVisible(chromedp.CSS("#text mark.quote")))
	if back := evaluate[string](t, page, `[...document.querySelectorAll("#text mark.quote")].map(m => m.textContent).join("")`); strings.Join(strings.Fields(back), "") != strings.Join(strings.Fields(quoted), "") {
		t.Errorf("back at the text, %q is marked", back)
	}
}

// below is the text that poppler finds in a box of a page of A4, in shares of
// its sides.
func below(t *testing.T, poppler, file, page string, box [4]float64) string {
	t.Helper()
	const width, height, fine = 595.3, 841.9, 10 // points; parts of a point
	at := func(share, side float64) string { return strconv.Itoa(int(share * side * fine)) }
	out, err := exec.CommandContext(t.Context(), poppler, "-f", page, "-l", page, "-r", fmt.Sprint(72*fine),
		"-x", at(box[0], width), "-y", at(box[1], height), "-W", at(box[2], width), "-H", at(box[3], height), file, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}
