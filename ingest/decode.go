package ingest

import (
	"bytes"
	"fmt"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// maxBroken is the share of characters that may be unreadable. More means
// that the encoding was guessed wrong or the file is not text.
const maxBroken = 0.005

// metaCharset finds both forms: <meta charset=x> and content="…; charset=x".
var metaCharset = regexp.MustCompile(`(?i)<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)`)

// decode turns the bytes of a source into UTF-8. Order: byte order mark, HTTP
// header, meta tag, UTF-8 if the bytes are valid, else GB18030. A declaration
// that the bytes contradict is passed over: templates lie.
func decode(src Source) (string, error) {
	if text, ok := decodeByMark(src.Bytes); ok {
		return checked(text)
	}
	if e := encodingOf(declaredCharset(src)); e != nil {
		if text, err := checked(decodeWith(e, src.Bytes)); err == nil {
			return text, nil
		}
	}
	if utf8.Valid(src.Bytes) {
		return checked(string(src.Bytes))
	}
	if text, err := checked(decodeWith(simplifiedchinese.GB18030, src.Bytes)); err == nil {
		return text, nil
	}
	// A UTF-8 file with one broken byte is still UTF-8.
	return checked(strings.ToValidUTF8(string(src.Bytes), "\uFFFD"))
}

func decodeByMark(b []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")):
		return strings.ToValidUTF8(string(b[3:]), "\uFFFD"), true
	case bytes.HasPrefix(b, []byte("\xFF\xFE")):
		return decodeWith(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), b), true
	case bytes.HasPrefix(b, []byte("\xFE\xFF")):
		return decodeWith(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), b), true
	}
	return "", false
}

func declaredCharset(src Source) string {
	if _, params, err := mime.ParseMediaType(src.ContentType); err == nil && params["charset"] != "" {
		return params["charset"]
	}
	if m := metaCharset.FindSubmatch(src.Bytes[:min(len(src.Bytes), 4096)]); m != nil {
		return string(m[1])
	}
	return ""
}

// encodingOf reads gb2312 and gbk as GB18030, their superset: pages so
// labelled hold characters of it. A label that nobody knows declares nothing.
func encodingOf(label string) encoding.Encoding {
	e, err := htmlindex.Get(label)
	if err != nil {
		return nil
	}
	if e == simplifiedchinese.GBK || e == simplifiedchinese.HZGB2312 {
		return simplifiedchinese.GB18030
	}
	return e
}

// decodeWith never fails: what cannot be read becomes U+FFFD and is counted.
func decodeWith(e encoding.Encoding, b []byte) string {
	text, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return "\uFFFD"
	}
	return strings.ToValidUTF8(string(text), "\uFFFD")
}

// checked refuses text of which too much is unreadable.
func checked(text string) (string, error) {
	broken := strings.Count(text, "\uFFFD") + strings.Count(text, "\x00")
	if broken == 0 {
		return text, nil
	}
	if share := float64(broken) / float64(utf8.RuneCountInString(text)); share > maxBroken {
		return "", fmt.Errorf("%.1f%% of the characters cannot be read; save the file as UTF-8 or GB18030 text", 100*share)
	}
	return strings.ReplaceAll(text, "\x00", ""), nil
}
