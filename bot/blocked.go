package bot

// BlockedCount is how often a rule of a blocklist held a text back on a day.
type BlockedCount struct {
	Day  string `json:"day"` // 2006-01-02 in China
	List string `json:"list"`
	Rule string `json:"rule"`
	Hits int64  `json:"hits"`
}
