package accounts

import (
	"errors"
	"strings"
	"testing"
)

func TestPasswords(t *testing.T) {
	for password, good := range map[string]bool{
		"Ling-Bei-2026": true, "岭北村Village1": true, "short-1A": false, "alllowercase": false, "ALLUPPER1234": false, "Aaaaaaaaaa1": false,
		"Abcdefghij1": false, "zhouwen-A1-x": false, strings.Repeat("aB3-", 40): false,
	} {
		if err := CheckPassword("zhouwen", password); (err == nil) != good {
			t.Errorf("%s: %v", password, err)
		}
	}
	for range 50 {
		if p := NewPassword(); CheckPassword("周文", p) != nil {
			t.Errorf("a password of ours is refused: %s", p)
		}
	}
	hash := usualCost.Hash("Ling-Bei-2026")
	if hash == usualCost.Hash("Ling-Bei-2026") {
		t.Error("no salt")
	}
	for password, want := range map[string]bool{"Ling-Bei-2026": true, "Ling-Bei-2027": false, "": false} {
		if ok, err := matches(hash, password); err != nil || ok != want {
			t.Errorf("%q: %v, %v", password, ok, err)
		}
	}
}

func TestRoleRules(t *testing.T) {
	for text, want := range map[string]string{"编辑": "editor", "编辑,审核": "editor reviewer", "editor、reviewer，编辑": "editor reviewer", "审计": "auditor"} {
		roles, err := ParseRoles(text)
		got := make([]string, len(roles))
		for i, r := range roles {
			got[i] = string(r)
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "审计,管理", "王"} {
		if _, err := ParseRoles(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
	if err := CheckRoles([]Role{"king"}); !errors.Is(err, ErrRoles) {
		t.Errorf("an unknown role: %v", err)
	}
}

// FuzzMatches: whatever stands in a store, no password matches by accident and
// nothing panics or takes long.
func FuzzMatches(f *testing.F) {
	f.Add("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng")
	f.Add("$argon2id$v=19$m=4294967295,t=4294967295,p=255$$")
	f.Add("$$$$$")
	f.Fuzz(func(t *testing.T, hash string) {
		if costly(hash) {
			return
		}
		if ok, _ := matches(hash, "password"); ok {
			t.Errorf("%q matches", hash)
		}
	})
}

// costly holds for costs that matches allows and that would only make the
// fuzzing slow; those that it must refuse are tried.
func costly(hash string) bool {
	h, err := parseHash(hash)
	return err == nil && uint64(h.memory)*uint64(h.time) > 1000
}
