package remembered

import (
	"context"
	"errors"
	"slices"
	"testing"

	"zhiwen/retrieval"
)

var errModel = errors.New("the model is gone")

// counting is a model that counts what it is asked, and reads so many at most.
type counting struct {
	asked []string
	most  int
	err   error
}

func (c *counting) Model() string { return "counting" }
func (c *counting) Dim() int      { return 1 }
func (c *counting) Passages(context.Context, []string) ([][]float32, error) {
	return nil, errModel
}

func (c *counting) Question(_ context.Context, text string) ([]float32, error) {
	c.asked = append(c.asked, text)
	return []float32{float32(len(text))}, c.err
}

func (c *counting) Read(_ context.Context, question string, extracts []retrieval.Extract) ([]retrieval.Reading, error) {
	var readings []retrieval.Reading
	for _, x := range extracts[:min(c.most, len(extracts))] {
		c.asked = append(c.asked, x.Text)
		readings = append(readings, retrieval.Reading{Relevance: float64(len(question) + len(x.Head) + len(x.Text))})
	}
	return readings, c.err
}

func TestEmbedder(t *testing.T) {
	model := &counting{}
	e, err := NewEmbedder(model)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"甲", "乙乙", "甲", "乙乙"} {
		if vector, err := e.Question(t.Context(), text); err != nil || vector[0] != float32(len(text)) {
			t.Errorf("%s: %v, %v", text, vector, err)
		}
	}
	if !slices.Equal(model.asked, []string{"甲", "乙乙"}) {
		t.Errorf("the model was asked %q", model.asked)
	}
	model.err = errModel
	if _, err := e.Question(t.Context(), "丙"); !errors.Is(err, errModel) {
		t.Errorf("error %v", err)
	}
	model.err = nil
	if _, err := e.Question(t.Context(), "丙"); err != nil {
		t.Errorf("a failure was remembered: %v", err)
	}
}

func TestReader(t *testing.T) {
	extracts := func(texts ...string) (list []retrieval.Extract) {
		for _, x := range texts {
			list = append(list, retrieval.Extract{Head: "题", Text: x})
		}
		return list
	}
	for name, c := range map[string]struct {
		before []string // read before
		now    []string
		most   int      // that the model gets done
		asked  []string // of the model, the second time
		got    int
	}{
		"nothing known":        {nil, []string{"一", "二二"}, 9, []string{"一", "二二"}, 2},
		"all known":            {[]string{"一", "二二"}, []string{"二二", "一"}, 9, nil, 2},
		"one between is known": {[]string{"二二"}, []string{"一", "二二", "三三三"}, 9, []string{"一", "三三三"}, 3},
		"a gap behind it":      {[]string{"二二"}, []string{"一", "二二", "三三三"}, 1, []string{"一"}, 2},
		"a gap before it":      {[]string{"二二"}, []string{"一", "二二"}, 0, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			model := &counting{most: 9}
			r, err := NewReader(model)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := r.Read(t.Context(), "问", extracts(c.before...)); err != nil {
				t.Fatal(err)
			}
			model.asked, model.most = nil, c.most
			got, err := r.Read(t.Context(), "问", extracts(c.now...))
			if err != nil || len(got) != c.got || !slices.Equal(model.asked, c.asked) {
				t.Errorf("%d readings, %v; the model was asked %q", len(got), err, model.asked)
			}
			for i, reading := range got {
				if reading.Relevance != float64(len("问题")+len(c.now[i])) {
					t.Errorf("%s has the reading of another: %v", c.now[i], reading)
				}
			}
			model.asked, model.most = nil, 9
			if _, err := r.Read(t.Context(), "再问", extracts(c.now...)); err != nil || len(model.asked) != len(c.now) {
				t.Errorf("another question has the readings of the first: %q, %v", model.asked, err)
			}
		})
	}
}
