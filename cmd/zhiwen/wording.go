package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"zhiwen/bot"
	"zhiwen/retrieval"
	"zhiwen/web/county"
)

// synonymsFlag adds the flag of the commands that answer questions.
func (s *shell) synonymsFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.synonymsPath, "synonyms", "", "`file` of everyday phrases, each with a tab and the official words for it (env ZHIWEN_SYNONYMS)")
}

// synonyms reads the operator's own table of synonyms, if one is configured.
func (s *shell) synonyms() ([]bot.Synonym, error) {
	path := cmp.Or(s.synonymsPath, os.Getenv("ZHIWEN_SYNONYMS"))
	if path == "" {
		return nil, nil
	}
	table, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--synonyms: %w", err)
	}
	parsed, err := bot.ParseSynonyms(string(table))
	if err != nil {
		return nil, fmt.Errorf("--synonyms %s: %w", path, err)
	}
	return parsed, nil
}

// pages finds documents by the URL of their page.
type pages struct{ store store }

// DocumentOf implements bot.Pages.
func (p pages) DocumentOf(ctx context.Context, url string) (string, error) {
	sample, _ := county.DocumentOf(url) // a page of the sample site
	for listing, err := range p.store.List(ctx) {
		if err != nil {
			return "", fmt.Errorf("find the page %s: %w", url, err)
		}
		if listing.State == retrieval.StateCurrent && (listing.URL != "" && samePage(listing.URL, url) || listing.ID == sample) {
			return listing.ID, nil
		}
	}
	return "", retrieval.ErrNotFound
}

// samePage compares URLs without scheme and closing slash: a site may be
// reached by http and https.
func samePage(a, b string) bool { return bareURL(a) == bareURL(b) }

func bareURL(url string) string {
	if _, rest, ok := strings.Cut(url, "://"); ok {
		url = rest
	}
	return strings.TrimSuffix(url, "/")
}
