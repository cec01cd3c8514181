package web

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"zhiwen/bot"
)

// metrics are what the operator's monitoring reads of a server. No label holds
// anything that a visitor typed.
type metrics struct {
	registry *prometheus.Registry
	answers  *prometheus.CounterVec   // by status and mode
	seconds  *prometheus.HistogramVec // by mode
	refused  *prometheus.CounterVec   // by code
}

func newMetrics(cfg Config, conns func() int) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "zhiwen_answers_total", Help: "Questions answered, by status and mode of the answer; status error: the answer failed.",
		}, []string{"status", "mode"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "zhiwen_answer_seconds", Help: "How long an answer took.", Buckets: []float64{.01, .02, .05, .1, .15, .25, .5, 1, 2, 5, 10, 20},
		}, []string{"mode"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "zhiwen_refused_total", Help: "Questions and connections refused before they were looked at, by code.",
		}, []string{"code"}),
	}
	m.registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), m.answers, m.seconds, m.refused,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "zhiwen_connections", Help: "Visitors connected by WebSocket."}, func() float64 { return float64(conns()) }),
		&collection{status: cfg.Status},
	)
	if cfg.Unread != nil {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "zhiwen_unread_total", Help: "Questions answered in the order of search, at least in part, because reading had no time for them.",
		}, func() float64 { return float64(cfg.Unread()) }))
	}
	return m
}

func (m *metrics) refuse(r *refusal) { m.refused.WithLabelValues(r.Code).Inc() }

// handler serves them to monitoring within the network; visitors are told that
// there is no such page.
func (m *metrics) handler(s *Server) http.HandlerFunc {
	shown := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
	return func(w http.ResponseWriter, r *http.Request) {
		if !isInside(clientIP(r, s.cfg.Proxies)) {
			s.noPage(w, r)
			return
		}
		shown.ServeHTTP(w, r)
	}
}

func isInside(address string) bool {
	ip, err := netip.ParseAddr(address)
	return err == nil && (ip.Unmap().IsLoopback() || ip.Unmap().IsPrivate())
}

// measured counts the answers of an Asker.
type measured struct {
	Asker
	metrics *metrics
	now     func() time.Time
}

// Ask implements Asker.
func (m measured) Ask(ctx context.Context, r bot.Request, s bot.Sink) (bot.Answer, error) {
	began := m.now()
	a, err := m.Asker.Ask(ctx, r, s)
	status, mode := string(a.Status), string(a.Mode)
	if err != nil {
		status, mode = string(bot.StatusError), ""
	}
	m.metrics.answers.WithLabelValues(status, mode).Inc()
	m.metrics.seconds.WithLabelValues(mode).Observe(m.now().Sub(began).Seconds())
	return a, err
}

// collection tells of the documents when it is asked, and not before.
type collection struct {
	status func(context.Context) (Status, error)
}

var (
	documentsDesc = prometheus.NewDesc("zhiwen_documents", "Current documents in the store.", nil, nil)
	chunksDesc    = prometheus.NewDesc("zhiwen_chunks", "Chunks in the index.", nil, nil)
	updatedDesc   = prometheus.NewDesc("zhiwen_updated_timestamp_seconds", "When the collection was last brought up to date.", nil, nil)
	crawledDesc   = prometheus.NewDesc("zhiwen_crawl_complete_timestamp_seconds", "When the last complete crawl of a site ended; 0: none has.", []string{"site"}, nil)
)

// Describe implements prometheus.Collector.
func (c *collection) Describe(d chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{documentsDesc, chunksDesc, updatedDesc, crawledDesc} {
		d <- desc
	}
}

// Collect implements prometheus.Collector.
func (c *collection) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	status, err := c.status(ctx)
	if err != nil {
		to <- prometheus.NewInvalidMetric(documentsDesc, err)
		return
	}
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	gauge(documentsDesc, float64(status.Documents))
	gauge(chunksDesc, float64(status.Chunks))
	gauge(updatedDesc, float64(status.Updated.Unix()))
	for _, site := range status.Sites {
		complete := 0.0
		if !site.LastComplete.IsZero() {
			complete = float64(site.LastComplete.Unix())
		}
		gauge(crawledDesc, complete, site.Site)
	}
}
