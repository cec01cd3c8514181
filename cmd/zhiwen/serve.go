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
	s.publicFlag(cmd)
	var sites, staffAddr string
	var private bool
	cmd.Flags().StringVar(&staffAddr, "staff-addr", "", "`ADDR` of its own for the staff's pages, or off (env ZHIWEN_STAFF_ADDR; default: with the others)")
	cmd.Flags().StringVar(&sites, "sites", "", "`FILE` of sites to crawl at their times, see 'zhiwen ingest --help' (env ZHIWEN_SITES_FILE)")
	cmd.Flags().BoolVar(&private, "allow-private", false, "crawl loopback and private addresses, too: for tests")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s.asks, s.serves = true, true
		var configured []siteConfig
		if sites = cmp.Or(sites, os.Getenv("ZHIWEN_SITES_FILE")); sites != "" {
			var err error
			if configured, err = readSites(sites); err != nil {
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
		var crawls *schedule
		if len(configured) > 0 {
			crawls = newSchedule(s, r, configured, ingestFlags{rate: 1, ocrTime: defaultOCRTime, private: private || os.Getenv("ZHIWEN_ALLOW_PRIVATE") != ""})
			crawling.Go(func() { crawls.run(ctx) })
		}
		staffAddr = cmp.Or(staffAddr, os.Getenv("ZHIWEN_STAFF_ADDR"))
		apart, err := listenApart(cmd.Context(), staffAddr)
		if err == nil {
			err = s.serve(ctx, r, offer{public: listener, staff: apart, noStaff: staffAddr == noStaff, crawls: crawls})
		}
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

// noStaff is the address of the staff's pages where there are none.
const noStaff = "off"

// listenApart takes the staff's own address; nil where there is none.
func listenApart(ctx context.Context, addr string) (net.Listener, error) {
	if addr == "" || addr == noStaff {
		return nil, nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", loopback(addr))
	if err != nil {
		return nil, fmt.Errorf("cannot listen on --staff-addr %s: %w", addr, err)
	}
	return listener, nil
}

// offer is what a server serves, and where.
type offer struct {
	public  net.Listener
	staff   net.Listener // nil: with the public pages
	noStaff bool
	crawls  *schedule    // nil: no site is crawled
	samples []string     // questions to begin with
	site    http.Handler // to see the widget on; nil: none
}

func (o offer) close() error {
	if o.staff != nil {
		return errors.Join(o.public.Close(), o.staff.Close())
	}
	return o.public.Close()
}

// serve answers until ctx ends, then lets running answers finish.
func (s *shell) serve(ctx context.Context, r *rooms, o offer) (err error) {
	speaks, err := voice()
	if err != nil {
		return errors.Join(err, o.close())
	}
	desk, err := s.openDesk(ctx, r, o.crawls)
	if err != nil {
		return errors.Join(err, o.close())
	}
	defer func() { err = errors.Join(err, desk.close()) }()
	if o.noStaff {
		desk.config = nil
	}
	behind, err := proxies()
	if err != nil {
		return errors.Join(err, o.close())
	}
	page, sites, err := pageSettings()
	if err != nil {
		return errors.Join(err, o.close())
	}
	public, err := s.public()
	if err != nil {
		return errors.Join(err, o.close())
	}
	page.Samples, page.Generated = o.samples, r.generates
	server, err := web.New(web.Config{
		Asker:     r.bot,
		Unread:    r.bot.Unread,
		Documents: r.store,
		Relations: r.store,
		Store:     r.store,
		Pictures:  r.pictures,
		Receipts:  r.store,
		Catalogue: catalogue{r.store, s.now},
		Voice:     speaks,
		Public:    public,
		Status:    r.status,
		Page:      page,
		Sites:     sites,
		Proxies:   behind,
		County:    o.site,
		Staff:     desk.config,
		Apart:     o.staff != nil,
		Log:       s.log,
		Now:       s.now,
	})
	if err != nil {
		return errors.Join(err, o.close())
	}
	stopRechecking := s.recheckQuestions(ctx, r, server)
	defer stopRechecking()
	served := make(chan error, 2)
	serving := 1
	go func() { served <- server.Serve(o.public) }()
	if o.staff != nil {
		s.log.Info("serving the staff", "url", pageURL(o.staff)+"/staff/")
		serving++
		go func() { served <- server.ServeStaff(o.staff) }()
	}
	select {
	case err = <-served:
		serving--
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
	for range serving {
		err = errors.Join(err, <-served)
	}
	return errors.Join(err, shutdownErr)
}
