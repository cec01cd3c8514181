package accounts

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Rules of passwords.
const (
	minPassword = 10 // runes
	maxPassword = 128
	minKinds    = 3 // of lower case, upper case, digits, others
)

// Weak says why a password is refused: one sentence for its owner.
type Weak string

func (w Weak) Error() string { return string(w) }

// CheckPassword holds a password to the rules.
func CheckPassword(name, password string) error {
	n := utf8.RuneCountInString(password)
	var lower, upper, digit, other bool
	for _, r := range password {
		switch {
		case unicode.IsLower(r):
			lower = true
		case unicode.IsUpper(r):
			upper = true
		case unicode.IsDigit(r):
			digit = true
		default:
			other = true
		}
	}
	kinds := 0
	for _, has := range []bool{lower, upper, digit, other} {
		if has {
			kinds++
		}
	}
	folded := strings.ToLower(password)
	switch {
	case n < minPassword:
		return Weak(fmt.Sprintf("密码至少要%d个字符。", minPassword))
	case n > maxPassword:
		return Weak(fmt.Sprintf("密码最多%d个字符。", maxPassword))
	case kinds < minKinds:
		return Weak("密码要有大写字母、小写字母、数字、符号（或汉字）中的至少三种。")
	case name != "" && strings.Contains(folded, strings.ToLower(name)):
		return Weak("密码里不能有登录名。")
	case isRun(folded):
		return Weak("密码不能是连续或重复的字符。")
	}
	return nil
}

// isRun holds for passwords of few different steps, as in Aaaaaaaaa1 and
// 123456789Aa.
func isRun(password string) bool {
	runes := []rune(password)
	same := 0
	for i := 1; i < len(runes); i++ {
		if d := runes[i] - runes[i-1]; d >= -1 && d <= 1 {
			same++
		}
	}
	return same*10 >= (len(runes)-1)*7
}

// Cost is that of argon2id.
type Cost struct {
	Passes uint32
	Memory uint32 // KiB
}

// usualCost is the second recommended choice of RFC 9106, section 4, with one
// lane, as two logins at once share two cores.
var usualCost = Cost{Passes: 3, Memory: 64 << 10}

const (
	argonLanes = 1
	argonSalt  = 16
	argonKey   = 32

	// What a stored hash may ask of a login: 2 GB and 100 passes.
	maxMemory = 1 << 21
	maxTime   = 100
)

// Hash makes what is stored of a password: $argon2id$v=19$m=…,t=…,p=…$salt$key.
func (c Cost) Hash(password string) string {
	salt := make([]byte, argonSalt)
	rand.Read(salt) // never fails, see crypto/rand
	key := argon2.IDKey([]byte(password), salt, c.Passes, c.Memory, argonLanes, argonKey)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, argonLanes, b64(salt), b64(key))
}

var errHash = errors.New("the stored hash of the password is not one of argon2id")

// hashed is what a stored hash says.
type hashed struct {
	memory, time uint32
	lanes        uint8
	salt, key    []byte
}

// parseHash reads what Hash makes, with any cost within our bounds.
func parseHash(hash string) (h hashed, err error) {
	var version int
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return h, errHash
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return h, errHash
	}
	_, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.time, &h.lanes)
	if err != nil || h.memory > maxMemory || h.time > maxTime || h.time == 0 || h.lanes == 0 {
		return h, errHash
	}
	var errSalt, errKey error
	h.salt, errSalt = base64.RawStdEncoding.DecodeString(parts[4])
	h.key, errKey = base64.RawStdEncoding.DecodeString(parts[5])
	if errSalt != nil || errKey != nil || len(h.key) < 16 {
		return h, errHash
	}
	return h, nil
}

// matches compares a password with what is stored of it, by the cost that
// stands there.
func matches(hash, password string) (bool, error) {
	h, err := parseHash(hash)
	if err != nil {
		return false, err
	}
	got := argon2.IDKey([]byte(password), h.salt, h.time, h.memory, h.lanes, uint32(len(h.key)))
	return subtle.ConstantTimeCompare(got, h.key) == 1, nil
}

// NewPassword makes one that keeps the rules, to be changed at the first login.
func NewPassword() string {
	for {
		if p := rand.Text()[:8] + "-" + strings.ToLower(rand.Text()[:6]) + "7"; CheckPassword("", p) == nil {
			return p
		}
	}
}
