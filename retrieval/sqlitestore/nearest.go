package sqlitestore

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// Nearest vectors are found in two steps. All chunks are ranked by an estimate
// of their dot product with the question: the question's components, rounded
// to queryBits bits, summed over the dimensions in which the chunk's vector is
// positive. The best are then compared exactly.
//
// Rounding the question costs next to nothing (it is the chunk's single bit a
// dimension that loses), and its bits, taken as planes of 64 dimensions a
// word, turn the sum into queryBits·dim/64 AND and POPCNT. The figures are in
// docs/decisions/0001-vector-search.md.
const (
	queryBits = 4
	queryMax  = 1<<(queryBits-1) - 1
	// clip is the share of the largest component from which on components
	// count as the largest: one outlier must not make all others zero.
	clip = 0.5

	// rescored is how many candidates are compared exactly, and at least
	// rescoredPerHit for each wanted.
	rescored       = 1000
	rescoredPerHit = 10
)

const bytesPerLength = 4

func appendLength(b []byte, length int) []byte {
	return binary.LittleEndian.AppendUint32(b, uint32(length))
}

func lengthAt(b []byte, i int) uint32 {
	return binary.LittleEndian.Uint32(b[i*bytesPerLength:])
}

func encodeFloats(v []float32) []byte {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

// dot is the dot product of v and a stored vector.
func dot(v []float32, stored []byte) float64 {
	if len(stored) != 4*len(v) {
		return 0
	}
	// Four sums, because one would make each addition wait for the last.
	var a, b, c, d float32
	i := 0
	for ; i+4 <= len(v); i += 4 {
		s := stored[4*i : 4*i+16 : 4*i+16]
		a += v[i] * math.Float32frombits(binary.LittleEndian.Uint32(s))
		b += v[i+1] * math.Float32frombits(binary.LittleEndian.Uint32(s[4:]))
		c += v[i+2] * math.Float32frombits(binary.LittleEndian.Uint32(s[8:]))
		d += v[i+3] * math.Float32frombits(binary.LittleEndian.Uint32(s[12:]))
	}
	for ; i < len(v); i++ {
		a += v[i] * math.Float32frombits(binary.LittleEndian.Uint32(stored[4*i:]))
	}
	return float64(a) + float64(b) + float64(c) + float64(d)
}

// wordsFor is the number of uint64 that the signs of a vector take.
func wordsFor(dim int) int { return (dim + 63) / 64 }

// appendSigns appends a bit a dimension, set where v is positive.
func appendSigns(b []byte, v []float32) []byte {
	for w := range wordsFor(len(v)) {
		var word uint64
		for i, x := range v[64*w : min(64*w+64, len(v))] {
			if x > 0 {
				word |= 1 << i
			}
		}
		b = binary.LittleEndian.AppendUint64(b, word)
	}
	return b
}

func decodeSigns(b []byte) []uint64 {
	if len(b) == 0 {
		return nil
	}
	words := make([]uint64, len(b)/8)
	for i := range words {
		words[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return words
}

// planes are the bits of a question's rounded components in two's complement,
// by word of 64 dimensions and then by bit.
type planes [][queryBits]uint64

func newPlanes(v []float32) planes {
	var largest float64
	for _, x := range v {
		largest = max(largest, math.Abs(float64(x)))
	}
	p := make(planes, wordsFor(len(v)))
	if largest == 0 {
		return p
	}
	for i, x := range v {
		level := int(math.Round(float64(x) / (clip * largest) * queryMax))
		level = min(max(level, -queryMax-1), queryMax)
		for bit := range queryBits {
			if level&(1<<bit) != 0 {
				p[i/64][bit] |= 1 << (i % 64)
			}
		}
	}
	return p
}

// estimate sums the rounded components over the set bits of signs.
func (p planes) estimate(signs []uint64) int {
	var n0, n1, n2, n3 int
	for i, s := range signs[:len(p)] {
		q := &p[i]
		n0 += bits.OnesCount64(s & q[0])
		n1 += bits.OnesCount64(s & q[1])
		n2 += bits.OnesCount64(s & q[2])
		n3 += bits.OnesCount64(s & q[3])
	}
	return n0 + n1<<1 + n2<<2 - n3<<3 // the highest bit of two's complement is negative
}

// candidates gives the rows of the limit chunks of allowed documents with the
// highest estimates; of equal ones, those with lower rows.
func (v *view) candidates(question []float32, allowed []bool, limit int) []int64 {
	p := newPlanes(question)
	// Estimates are small integers: counting them finds the limit-th
	// highest without sorting.
	lowest := -(queryMax + 1) * len(question)
	counts := make([]int, (2*queryMax+1)*len(question)+1)
	estimates := make([]int32, 0, v.chunks)
	v.eachSigned(p, allowed, func(_ int64, signs []uint64) {
		e := p.estimate(signs) - lowest
		estimates = append(estimates, int32(e))
		counts[e]++
	})
	threshold, above := len(counts), 0
	for threshold > 0 && above+counts[threshold-1] <= limit {
		threshold--
		above += counts[threshold]
	}
	ties := limit - above // to take of those just under the threshold
	rows := make([]int64, 0, min(limit, len(estimates)))
	i := 0
	v.eachSigned(p, allowed, func(row int64, _ []uint64) {
		e := int(estimates[i])
		i++
		switch {
		case e >= threshold:
			rows = append(rows, row)
		case e == threshold-1 && ties > 0:
			ties--
			rows = append(rows, row)
		}
	})
	return rows
}

// eachSigned calls do for each chunk with a vector in an allowed document.
func (v *view) eachSigned(p planes, allowed []bool, do func(row int64, signs []uint64)) {
	for i := range v.docs {
		d := &v.docs[i]
		if !allowed[i] || len(p) == 0 {
			continue
		}
		row := d.firstRow
		for signs := d.signs; len(signs) >= len(p); signs = signs[len(p):] {
			do(row, signs[:len(p)])
			row++
		}
	}
}
