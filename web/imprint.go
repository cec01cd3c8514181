package web

import (
	"net/http"
	"strings"
)

// Imprint is what a county has to say at the foot of its pages, and who is told
// when an answer is wrong. Empty fields are left out.
type Imprint struct {
	Unit      string // 主办单位
	SiteCode  string // 政府网站标识码, ten characters
	ICP       string // ICP备案号, as it is to be shown
	Police    string // 公安备案号, as it is to be shown
	Complaint string // web address that takes complaints and suggestions; empty: by telephone
	Model     string // public name of the model that words answers
	Filing    string // 备案号 of that model's service
}

// PoliceURL is where a 公安备案号 is looked up: by its digits.
func (i Imprint) PoliceURL() string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, i.Police)
	return "https://beian.mps.gov.cn/#/query/webSearch?code=" + digits
}

// aboutPage says what answers are, how they are labelled, what is kept of a
// visit, and how to complain.
func (s *Server) aboutPage(w http.ResponseWriter, r *http.Request) {
	s.render(w, r, http.StatusOK, "about.html", aboutView{s.layout("使用说明与隐私"), s.cfg.Page.About})
}
