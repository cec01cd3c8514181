package asked

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// TestPlace: what asks for the same thing is one group, what asks for another
// thing of the same matter is not.
func TestPlace(t *testing.T) {
	g := NewGrouper(nil, nil)
	groups := map[string]int64{}
	for _, q := range []struct{ text, like string }{
		{"请问居住证怎么办理？", ""},
		{"居住证如何办理", "请问居住证怎么办理？"},
		{"您好，我想咨询一下居住证办理，谢谢", "请问居住证怎么办理？"},
		{"居住证丢了怎么补", ""},
		{"小区底层餐馆油烟扰民", ""},
		{"高龄津贴每月多少钱", ""},
	} {
		group, fresh := g.Place(q.text)
		groups[q.text] = group.ID
		if fresh != (q.like == "") {
			t.Errorf("%s: a group of its own: %v", q.text, fresh)
		}
		if q.like != "" && group.ID != groups[q.like] {
			t.Errorf("%s is in group %d, %s in %d", q.text, group.ID, q.like, groups[q.like])
		}
	}
}

// TestOfficialWords: an everyday word is the official one.
func TestOfficialWords(t *testing.T) {
	official := strings.NewReplacer("老人钱", "高龄津贴", "领", "领取").Replace
	g := NewGrouper([]Group{{1, "高龄津贴怎么领"}, {2, "残疾人补贴怎么领"}}, official)
	if group, fresh := g.Place("老人钱怎么领"); fresh || group.ID != 1 {
		t.Errorf("group %+v, fresh %v", group, fresh)
	}
}

// memory is a Store of questions 1 to n, in 40 wordings.
type memory struct {
	groups map[int64]string
	placed map[int64]int64
	n      int64
}

func (m *memory) Ungrouped(_ context.Context, limit int) ([]Question, error) {
	var all []Question
	for num := int64(1); num <= m.n && len(all) < limit; num++ {
		if m.placed[num] == 0 {
			all = append(all, Question{num, fmt.Sprintf("第%d号路的路灯坏了", num%40)})
		}
	}
	return all, nil
}

func (m *memory) AddGrouped(_ context.Context, groups []Group, placed []Placed) error {
	for _, g := range groups {
		if m.groups[g.ID] != "" {
			return fmt.Errorf("group %d is there", g.ID)
		}
		m.groups[g.ID] = g.Question
	}
	for _, p := range placed {
		if m.groups[p.Group] == "" {
			return fmt.Errorf("question %d is in no known group", p.Num)
		}
		m.placed[p.Num] = p.Group
	}
	return nil
}

func (m *memory) Groups(context.Context) ([]Group, error) {
	var all []Group
	for id := int64(1); id <= int64(len(m.groups)); id++ {
		all = append(all, Group{id, m.groups[id]})
	}
	return all, nil
}

// TestSort: a grouper that starts anew goes on where the one before stopped.
func TestSort(t *testing.T) {
	m := &memory{groups: map[int64]string{}, placed: map[int64]int64{}, n: 700}
	before := 0
	for _, n := range []int64{700, 1400} {
		m.n = n
		known, err := m.Groups(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sorted, err := Sort(t.Context(), m, NewGrouper(known, nil))
		if err != nil || sorted != 700 {
			t.Fatalf("%d questions sorted: %v", sorted, err)
		}
		if before > 0 && len(m.groups) != before {
			t.Errorf("%d groups, %d before, of the same questions", len(m.groups), before)
		}
		before = len(m.groups)
	}
}
