package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"zhiwen/web"
)

// shutdownPatience is how long answers that are being given may take to end
// after a signal; container platforms commonly kill after ten seconds.
const shutdownPatience = 8 * time.Second

func addrFlag(cmd *cobra.Command) *string {
	return cmd.Flags().String("addr", "", "address to listen on (env ZHIWEN_ADDR; default "+defaultAddr+")")
}

func newServe(s *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the chat page and the HTTP interface",
		Long: `Serve the chat page, the WebSocket conversation and the HTTP interface over the
documents in the store. SIGTERM and Ctrl-C let running answers finish.
` + pageHelp + modelHelp,
		Example: `  zhiwen serve
  zhiwen serve --store county.db --addr :8080`,
		Args: cobra.NoArgs,
	}
	addr := addrFlag(cmd)
	s.synonymsFlag(cmd)
	s.blocklistFlag(cmd)
	s.ageFlags(cmd)
	var sites string
	var private bool
	cmd.Flags().StringVar(&sites, "sites", "", "`FILE` of sites to crawl at their times, see 'zhiwen ingest --help' (env ZHIWEN_SITES_FILE)")
	cmd.Flags().BoolVar(&private, "allow-private", false, "crawl loopback and private addresses, too: for tests")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s.asks, s.serves = true, true
		var crawls []siteConfig
		if sites = cmp.Or(sites, os.Getenv("ZHIWEN_SITES_FILE")); sites != "" {
			var err error
			if crawls, err = readSites(sites); err != nil {
				return err
			}
		}
		r, err := s.openRooms(cmd.Context(), s.open)
		if err != nil {
			return err
		}
		defer r.Close()
		listener, err := listen(cmd.Context(), *addr)
		if err != nil {
			return err
		}
		s.log.Info("serving", "url", pageURL(listener), "store", s.storeName(), "search", r.mode())
		ctx, stop := context.WithCancel(cmd.Context())
		var crawling sync.WaitGroup
		if len(crawls) > 0 {
			d := newSchedule(s, r, crawls, ingestFlags{rate: 1, ocrTime: defaultOCRTime, private: private || os.Getenv("ZHIWEN_ALLOW_PRIVATE") != ""})
			crawling.Go(func() { d.run(ctx) })
		}
		err = s.serve(ctx, r, listener, nil, nil)
		stop()
		crawling.Wait()
		return err
	}
	return cmd
}

// listen takes the address before anything slow is done.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	addr = cmp.Or(addr, os.Getenv("ZHIWEN_ADDR"), defaultAddr)
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", loopback(addr))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("another program is listening on %s; stop it or choose another --addr", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on --addr %s: %w", addr, err)
	}
	return listener, nil
}

// loopback puts the address in place of the name localhost, which a container
// without /etc/hosts cannot resolve.
func loopback(addr string) string {
	if host, port, err := net.SplitHostPort(addr); err == nil && host == "localhost" {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr
}

// pageURL is where a browser on this machine finds the page.
func pageURL(l net.Listener) string {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if ip := net.ParseIP(host); err == nil && (ip.IsUnspecified() || ip.IsLoopback()) {
		return "http://localhost:" + port
	}
	return "http://" + l.Addr().String()
}

// serve answers on the listener until ctx ends, then lets running answers
// finish. The site, to see the widget on, may be nil.
func (s *shell) serve(ctx context.Context, r *rooms, listener net.Listener, samples []string, site http.Handler) (err error) {
	speaks, err := voice()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	desk, err := s.openDesk(ctx, r)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, desk.close()) }()
	behind, err := proxies()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	page, sites := pageSettings()
	page.Samples, page.Generated = samples, r.generates
	server, err := web.New(web.Config{
		Asker:     r.bot,
		Documents: r.store,
		Relations: r.store,
		Store:     r.store,
		Pictures:  r.pictures,
		Receipts:  r.store,
		Catalogue: catalogue{r.store, s.now},
		Voice:     speaks,
		PublicURL: os.Getenv("ZHIWEN_PUBLIC_URL"),
		Status:    r.status,
		Page:      page,
		Sites:     sites,
		Proxies:   behind,
		County:    site,
		Staff:     desk.config,
		Log:       s.log,
		Now:       s.now,
	})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err = <-served:
	case <-ctx.Done():
		s.log.Info("stopping")
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownPatience)
	defer cancel()
	shutdownErr := server.Shutdown(patience)
	if errors.Is(shutdownErr, context.DeadlineExceeded) {
		s.log.Warn("answers were cut short", "after", shutdownPatience)
		shutdownErr = nil
	}
	if ctx.Err() != nil {
		err = <-served
	}
	return errors.Join(err, shutdownErr)
}
