// Package numbering writes the numbers that a word processor puts before
// paragraphs and does not keep in their text: 第X条, 一、, （一）, 1. It imports
// nothing of ours.
package numbering

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Levels is how many levels a list has.
const Levels = 9

// Level says how paragraphs of one level are numbered.
type Level struct {
	Start  int
	Format Format
	Text   string // "%1" stands for the number of the first level, and so on
	// Restart is the level (from 1) whose next paragraph begins this one anew;
	// 0: any higher level. -1: none does.
	Restart int
	Legal   bool // numbers of all levels are written in Arabic figures
	Tight   bool // no space between number and text
}

// List is the numbering of one list.
type List [Levels]Level

// Counter is how far the lists of one document have been counted. The zero
// value has counted nothing.
type Counter struct {
	counts map[string]*state
}

type state struct {
	value [Levels]int
	begun [Levels]bool
}

// Next counts one paragraph and gives what stands before it, with a space
// where text could otherwise be read with the number. Lists with the same key
// are counted together.
func (c *Counter) Next(key string, list *List, level int) string {
	if level < 0 || level >= Levels {
		return ""
	}
	if c.counts == nil {
		c.counts = map[string]*state{}
	}
	s := c.counts[key]
	if s == nil {
		s = &state{}
		c.counts[key] = s
	}
	s.advance(list, level)
	l := list[level]
	if l.Format == Bullet || l.Format == None && !strings.ContainsFunc(l.Text, isInk) {
		return "" // a dot for looks
	}
	label := s.label(list, level)
	if last, _ := utf8.DecodeLastRuneInString(label); label != "" && !l.Tight && !strings.ContainsRune("、）．。：)", last) && !strings.HasSuffix(label, " ") {
		label += " "
	}
	return label
}

// Restart makes the next paragraph of a level begin at its start again.
func (c *Counter) Restart(key string, level int) {
	if s := c.counts[key]; s != nil && level >= 0 && level < Levels {
		s.begun[level] = false
	}
}

func (s *state) advance(list *List, level int) {
	for above := range level {
		if !s.begun[above] {
			s.value[above], s.begun[above] = list[above].Start, true
		}
	}
	if s.begun[level] {
		s.value[level]++
	} else {
		s.value[level], s.begun[level] = list[level].Start, true
	}
	for below := level + 1; below < Levels; below++ {
		if r := list[below].Restart; r == 0 || r > level {
			s.begun[below] = false
		}
	}
}

// label fills in the numbers of a level's text.
func (s *state) label(list *List, level int) string {
	var b strings.Builder
	text := list[level].Text
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+1 < len(text) && '1' <= text[i+1] && text[i+1] <= '9' {
			of := int(text[i+1] - '1')
			format := list[of].Format
			if list[level].Legal && format != None {
				format = Decimal
			}
			b.WriteString(format.Write(s.value[of]))
			i++
			continue
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

func isInk(r rune) bool {
	return r > ' ' && r != '\u3000' && r != '\u00a0' && !(r >= 0xE000 && r <= 0xF8FF)
}

// Format is a way to write a number.
type Format int

// Formats, named as in ECMA-376 (ST_NumberFormat).
const (
	Decimal Format = iota
	DecimalZero
	DecimalFullWidth
	DecimalCircle
	UpperRoman
	LowerRoman
	UpperLetter
	LowerLetter
	Chinese      // 一, 十一, 一百二十
	ChineseLegal // 壹, 壹拾壹
	ChineseDigit // 一, 一一, 一二〇
	Stems        // 甲, 乙
	Branches     // 子, 丑
	Bullet
	None
)

// Write writes a number; one that the format has no sign for stands in Arabic
// figures.
func (f Format) Write(n int) string {
	switch f {
	case None, Bullet:
		return ""
	case DecimalZero:
		if n < 10 {
			return "0" + strconv.Itoa(n)
		}
	case DecimalFullWidth:
		return strings.Map(func(r rune) rune { return r - '0' + '０' }, strconv.Itoa(n))
	case DecimalCircle:
		if 1 <= n && n <= 20 {
			return string(rune('①' + n - 1))
		}
	case UpperRoman:
		return roman(n)
	case LowerRoman:
		return strings.ToLower(roman(n))
	case UpperLetter:
		return letters(n, 'A')
	case LowerLetter:
		return letters(n, 'a')
	case Chinese:
		return chinese(n, "零一二三四五六七八九", "十百千")
	case ChineseLegal:
		return chinese(n, "零壹贰叁肆伍陆柒捌玖", "拾佰仟")
	case ChineseDigit:
		digits := []rune("〇一二三四五六七八九")
		return strings.Map(func(r rune) rune { return digits[r-'0'] }, strconv.Itoa(max(n, 0)))
	case Stems:
		return oneOf("甲乙丙丁戊己庚辛壬癸", n)
	case Branches:
		return oneOf("子丑寅卯辰巳午未申酉戌亥", n)
	}
	return strconv.Itoa(n)
}

func oneOf(names string, n int) string {
	all := []rune(names)
	if n < 1 || n > len(all) {
		return strconv.Itoa(n)
	}
	return string(all[n-1])
}

// letters counts A to Z, then AA to ZZ, as Word does.
func letters(n int, first rune) string {
	if n < 1 || n > 26*20 {
		return strconv.Itoa(n)
	}
	return strings.Repeat(string(first+rune((n-1)%26)), (n-1)/26+1)
}

func roman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, step := range []struct {
		value int
		sign  string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= step.value {
			b.WriteString(step.sign)
			n -= step.value
		}
	}
	return b.String()
}

// chinese writes 1 to 9999 as laws do: 十一, 一百零五, 一百一十.
func chinese(n int, digits, units string) string {
	if n < 1 || n > 9999 {
		return strconv.Itoa(n)
	}
	digit, unit := []rune(digits), []rune(units)
	var b strings.Builder
	zero := false // a 零 that is written only if a digit follows
	for place := 3; place >= 0; place-- {
		d := n / [...]int{1, 10, 100, 1000}[place] % 10
		if d == 0 {
			zero = b.Len() > 0
			continue
		}
		if zero {
			b.WriteRune(digit[0])
			zero = false
		}
		if d != 1 || place != 1 || b.Len() > 0 || digit[1] != '一' {
			b.WriteRune(digit[d])
		}
		if place > 0 {
			b.WriteRune(unit[place-1])
		}
	}
	return b.String()
}
