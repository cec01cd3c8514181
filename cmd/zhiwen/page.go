package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"zhiwen/retrieval"
	"zhiwen/web"
	"zhiwen/web/county"
	"zhiwen/web/mount"
)

// pageSettings reads from the environment what an operator sets about the
// visitors' pages, and the sites that may show the widget's chat.
func pageSettings() (page web.Page, sites []string, err error) {
	page = web.Page{
		SiteName: os.Getenv("ZHIWEN_SITE_NAME"),
		Imprint: web.Imprint{
			Unit:      os.Getenv("ZHIWEN_UNIT"),
			SiteCode:  os.Getenv("ZHIWEN_SITE_CODE"),
			ICP:       os.Getenv("ZHIWEN_ICP"),
			Police:    os.Getenv("ZHIWEN_POLICE"),
			Complaint: os.Getenv("ZHIWEN_COMPLAINT_URL"),
			Model:     os.Getenv("ZHIWEN_MODEL_PUBLIC_NAME"),
			Filing:    os.Getenv("ZHIWEN_MODEL_FILING"),
		},
	}
	if path := os.Getenv("ZHIWEN_ABOUT"); path != "" {
		text, readErr := os.ReadFile(path)
		if readErr != nil {
			return page, nil, fmt.Errorf("ZHIWEN_ABOUT: %w", readErr)
		}
		if page.About, err = web.ParseAbout(string(text)); err != nil {
			return page, nil, usagef("ZHIWEN_ABOUT=%s: %w", path, err)
		}
	}
	return page, strings.FieldsFunc(os.Getenv("ZHIWEN_SITES"), func(r rune) bool { return r == ',' || r == ' ' || r == '\n' }), nil
}

func (s *shell) publicFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.publicURL, "public-url", "", "where visitors find the server, `https://host/path/` (env ZHIWEN_PUBLIC_URL; default: where a request came)")
}

// public is where visitors find the server.
func (s *shell) public() (mount.Point, error) {
	text := cmp.Or(s.publicURL, os.Getenv("ZHIWEN_PUBLIC_URL"))
	public, err := web.ParsePublic(text)
	if err != nil {
		return mount.Point{}, usagef("--public-url (ZHIWEN_PUBLIC_URL) %q: %w", text, err)
	}
	return public, nil
}

// proxies reads the addresses whose X-Forwarded-For is believed.
func proxies() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, field := range strings.FieldsFunc(os.Getenv("ZHIWEN_PROXIES"), func(r rune) bool { return r == ',' || r == ' ' || r == '\n' }) {
		prefix, err := netip.ParsePrefix(field)
		if ip, ipErr := netip.ParseAddr(field); err != nil && ipErr == nil {
			prefix, err = ip.Prefix(ip.BitLen())
		}
		if err != nil {
			return nil, usagef("ZHIWEN_PROXIES: %q is no address such as 10.0.0.1 and no range such as 10.0.0.0/24", field)
		}
		all = append(all, prefix)
	}
	return all, nil
}

// pageHelp is said of these settings by the commands that serve.
const pageHelp = `
Pages of other sites may show the chat only where ZHIWEN_SITES names them, exactly
and separated by commas: https://www.example.gov.cn,https://www.example.com:8443.
The foot of the pages shows what is set of ZHIWEN_SITE_NAME, ZHIWEN_UNIT (主办单位),
ZHIWEN_SITE_CODE (网站标识码), ZHIWEN_ICP, ZHIWEN_POLICE (公安备案号) and
ZHIWEN_COMPLAINT_URL (the page that takes complaints). ZHIWEN_ABOUT names a file with
the county's own words for /about: lines ## HEADING begin sections, which take the
place of ours of the same heading (回答从哪里来, 怎样标识, 您的隐私, 投诉与建议).

Behind a gateway --public-url says where visitors come in; it may have a path that the
gateway cuts off or leaves on, https://www.example.gov.cn/ask/. ZHIWEN_PROXIES names its
addresses or ranges, separated by commas, so that visitors are counted by their own
address. Conversations are forgotten after ZHIWEN_KEEP_DAYS (30), that they were after
ZHIWEN_KEEP_TRACE_DAYS (200, 183 at least).`

// sampleSiteArticles is how many documents the sample site lists at most: a
// store of one's own may hold a hundred thousand.
const sampleSiteArticles = 500

// sampleSite makes a county's site of the documents in the store.
func (s *shell) sampleSite(ctx context.Context, r *rooms) (http.Handler, error) {
	var articles []retrieval.Meta
	for listing, err := range r.store.List(ctx) {
		if err != nil {
			return nil, fmt.Errorf("list the documents for the sample site: %w", err)
		}
		if listing.State == retrieval.StateCurrent && len(articles) < sampleSiteArticles {
			articles = append(articles, listing.Meta)
		}
	}
	public, err := s.public()
	if err != nil {
		return nil, err
	}
	return county.New("智问示例县网站", articles, r.store, public, s.log)
}
