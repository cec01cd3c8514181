package staff

import (
	"encoding/json"
	"time"
)

var beijing = time.FixedZone("CST", 8*60*60)

// dayOf and momentOf write times as staff read them.
func dayOf(t time.Time) string { return t.In(beijing).Format(time.DateOnly) }

func momentOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(beijing).Format("2006-01-02 15:04")
}

func indented(raw json.RawMessage) string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return string(raw)
	}
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return string(raw)
	}
	return string(b)
}
