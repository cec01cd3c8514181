package ingest

import (
	"testing"

	"zhiwen/retrieval"
)

func TestReadPeriod(t *testing.T) {
	for _, c := range []struct {
		text               string
		known              retrieval.Meta
		effective, expires string
	}{
		{text: "第二十条 本办法自2023年1月1日起施行，有效期5年。", effective: "2023-01-01", expires: "2027-12-31"},
		{text: "本办法自2023年3月1日起施行，有效期两年。", effective: "2023-03-01", expires: "2025-02-28"},
		{text: "本通知自2022年7月1日起实施，有效期至2024年12月31日。", effective: "2022-07-01", expires: "2024-12-31"},
		{text: "本规定从２０２０年５月１日起施行，有效期为3年。", effective: "2020-05-01", expires: "2023-04-30"},
		{text: "本办法自印发之日起施行，有效期3年。"}, // from when on is not said
		{text: "本办法自印发之日起施行，有效期3年。", known: retrieval.Meta{Effective: "2024-02-01"}, effective: "2024-02-01", expires: "2027-01-31"},
		{text: "居住证有效期1年，本办法自2024年2月29日起施行。", effective: "2024-02-29", expires: ""},
		{text: "采砂许可证有效期为三年。"},
		{text: "各单位要认真执行本通知。"},
		{text: "本办法自2023年1月1日起施行，有效期5年。", known: retrieval.Meta{Effective: "2023-02-01", Expires: "2026-01-31"}, effective: "2023-02-01", expires: "2026-01-31"},
	} {
		meta := c.known
		readPeriod(&meta, []line{{text: "青石县停车收费办法"}, {text: c.text}, {text: "青石县人民政府"}})
		if meta.Effective != c.effective || meta.Expires != c.expires {
			t.Errorf("%s: from %q to %q, want %q to %q", c.text, meta.Effective, meta.Expires, c.effective, c.expires)
		}
	}
}

// TestReplacedBy reads what a field block says took a document's place.
func TestReplacedBy(t *testing.T) {
	for text, want := range map[string]string{
		"替代文件：《青石县停车收费办法》":    "青石县停车收费办法",
		"替 代 文 件：青政办〔2024〕6号": "青政办〔2024〕6号",
		"被替代为：无":              "",
		"替代文件：—— 有效性：有效":      "",
		"替代文件：":               "",
	} {
		var meta retrieval.Meta
		harvest(&meta, []line{{text: text}})
		if meta.ReplacedBy != want {
			t.Errorf("%s: %q, want %q", text, meta.ReplacedBy, want)
		}
	}
}
