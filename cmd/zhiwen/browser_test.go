package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// TestBrowserAsksTheDemo goes the whole way with nothing replaced: the demo is
// started, asked in a real browser, and a citation is followed to the passage.
// With ZHIWEN_SCREENSHOTS set to a folder, what it sees is written there;
// docs/screenshot.png is one of them.
func TestBrowserAsksTheDemo(t *testing.T) {
	ctx := startBrowser(t)
	url := startDemo(t)

	browse(t, ctx, chromedp.Navigate(url), chromedp.WaitVisible(chromedp.CSS(".sample")))
	shoot(t, ctx, "demo-start")
	browse(t, ctx, chromedp.SendKeys(chromedp.CSS("#question"), "打官司输了几件，败诉率高不高？\r"), chromedp.WaitVisible(chromedp.CSS(".card")))
	answer, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS(".answer-text")))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(answer, "8.69%") {
		t.Errorf("the answer lacks 8.69%%: %s", answer)
	}
	shoot(t, ctx, "demo-answer")

	doc := follow(t, ctx, ".card-open", "/doc/")
	browse(t, doc, chromedp.WaitVisible(chromedp.CSS("mark.quote")))
	quote, err := chromedp.Run(doc, chromedp.Evaluate[string](`[...document.querySelectorAll("mark.quote")].map(m => m.textContent).join("")`))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(quote, "8.69%") {
		t.Errorf("the page is opened at %q", quote)
	}
	shoot(t, doc, "demo-document")

	// The sample site, and its widget's chat, in a tab that lies in front: one
	// behind draws nothing, and what polls by frames waits for ever.
	site, cancel := chromedp.NewContext(ctx)
	defer cancel()
	browse(t, site, chromedp.Navigate(url+"/site/"), chromedp.Click(chromedp.CSS(".items a")), chromedp.WaitVisible(chromedp.CSS(".article")),
		chromedp.Poll[chromedp.Void](`document.querySelector("zhiwen-chat").shadowRoot !== null`),
		chromedp.Click(chromedp.CSS("#ask")),
		chromedp.Poll[chromedp.Void](`document.querySelector("zhiwen-chat").shadowRoot.querySelector(".panel").classList.contains("ready")`))
	shoot(t, site, "demo-site")
}

// startBrowser starts Chromium, which ends with the test.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("chromium is not installed: apt-get install chromium fonts-noto-cjk")
		}
		t.Skip("left out: chromium is not installed")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(patience),
		chromedp.WindowSize(1100, 820), chromedp.Flag("disable-quic", true), chromedp.Flag("force-prefers-reduced-motion", true),
	)
	ctx, cancel := context.WithTimeout(context.Background(), 5*patience)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	browse(t, ctx)
	return ctx
}

// follow clicks on a link that opens a page of its own, and gives that page.
func follow(t *testing.T, ctx context.Context, link chromedp.CSS, url string) context.Context {
	t.Helper()
	opened := chromedp.WaitNewTarget(ctx, func(i *target.Info) bool { return strings.Contains(i.URL, url) })
	browse(t, ctx, chromedp.Click(link))
	select {
	case page := <-opened:
		next, cancel := chromedp.NewContext(ctx, chromedp.WithTargetID(page))
		t.Cleanup(cancel)
		return next
	case <-ctx.Done():
		t.Fatalf("%s opened no page", link)
		return nil
	}
}

// startDemo runs the demo in this process until the test ends and gives its
// address.
func startDemo(t *testing.T, args ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		defer in.Close()
		ended <- run(ctx, append([]string{"demo", "--addr", "127.0.0.1:0"}, args...), strings.NewReader(""), in, io.Discard)
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("the demo ended with %d", code)
		}
	})
	lines := bufio.NewReader(out)
	url := waitForURL(t, lines)
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		io.Copy(io.Discard, out)
	}()
	t.Cleanup(func() { out.Close(); <-drained })
	return strings.Replace(url, "localhost", "127.0.0.1", 1)
}

func browse(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Steps(steps...)); err != nil {
		t.Fatal(err)
	}
}

func shoot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	folder := os.Getenv("ZHIWEN_SCREENSHOTS")
	if folder == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
