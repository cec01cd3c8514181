package staff

// bars is a bar chart as a template draws it: SVG without scripts.
type bars struct {
	Width, Height int
	Bars          []bar
	Most          int
	Values        []int
}

type bar struct {
	X, Y, Width, Height int
	Value               int
	Label               string
}

const (
	sparkBar    = 5
	sparkHeight = 24
	chartBar    = 20
	chartHeight = 140
)

// sparkline draws small bars without labels.
func sparkline(values []int) bars { return drawn(values, nil, sparkBar, sparkHeight) }

// chart draws bars with labels.
func chart(values []int, labels []string) bars { return drawn(values, labels, chartBar, chartHeight) }

func drawn(values []int, labels []string, width, height int) bars {
	c := bars{Width: len(values) * width, Height: height, Values: values}
	for _, v := range values {
		c.Most = max(c.Most, v)
	}
	for i, v := range values {
		h := 0
		if v > 0 {
			h = max(v*(height-2)/c.Most, 2)
		}
		b := bar{X: i * width, Y: height - h, Width: width - 1, Height: h, Value: v}
		if i < len(labels) {
			b.Label = labels[i]
		}
		c.Bars = append(c.Bars, b)
	}
	return c
}
