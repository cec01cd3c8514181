// Package directory is the 部门通讯录: the offices that people can turn to, what
// each is responsible for, its telephone and its hours. It reads and writes the
// list as a file, finds the office that a question belongs to, and says whether
// that office is open.
//
// What it holds is configured by the operator and never evidence.
package directory

import "time"

// Entry is one office.
type Entry struct {
	Name           string   `json:"name"`
	Aliases        []string `json:"aliases"`         // what people call it
	ResponsibleFor []string `json:"responsible_for"` // matters, in its own words
	Phone          string   `json:"phone"`           // as it is shown; several stand with 、 between
	Hours          string   `json:"hours"`           // as it is shown; see ParseHours
	Address        string   `json:"address"`
	CheckedOn      string   `json:"checked_on"` // 2006-01-02; empty if nobody has checked
}

// Day is a date on which the week's hours do not hold.
type Day struct {
	Date string `json:"date"` // 2006-01-02
	Open bool   `json:"open"` // a 调休 workday; false: a holiday
	Name string `json:"name"` // 国庆节; may be empty
}

// Directory is all that an operator has entered, in the order of the file.
type Directory struct {
	Entries []Entry `json:"entries"`
	Days    []Day   `json:"days"`
}

// china is where offices are open and dates are written.
var china = time.FixedZone("CST", 8*60*60)

// staleMonths is how long a telephone number is trusted after it was checked
// (requirements 7.6).
const staleMonths = 12

// Stale reports whether an entry was last checked more than twelve months ago,
// or never.
func (e Entry) Stale(now time.Time) bool {
	checked, err := time.ParseInLocation(time.DateOnly, e.CheckedOn, china)
	return err != nil || now.After(checked.AddDate(0, staleMonths, 1))
}
