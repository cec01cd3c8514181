// Package content is what the parsers of office formats make of a file: its
// paragraphs and tables in reading order, without any knowledge of what the
// text is about. It imports nothing of ours.
package content

// Document is the text of one file.
type Document struct {
	Blocks   []Block
	Pages    int      // how many there are; 0 where the format has none
	Hidden   string   // text that the file holds but does not show
	Warnings []string // what a reader of the text has to know, one sentence each
	// Recognised are the pages whose text was read from their picture, and may
	// be wrong.
	Recognised []int
}

// Block is a paragraph, or a table if it has rows.
type Block struct {
	Text  string // lines separated by line feeds
	Depth int    // of a heading, 1 to 9; 0 for body text
	Page  int    // it begins on, from 1; 0 where the format has no pages
	Turns []int  // where the pages after it begin: bytes of Text, or rows
	Rows  [][]Cell
}

// PageOfRow is the page that a row of the table stands on.
func (b Block) PageOfRow(row int) int {
	page := b.Page
	for _, turn := range b.Turns {
		if turn <= row && page > 0 {
			page++
		}
	}
	return page
}

// Cell is a cell of a table. Like in HTML, a place that a cell above or to the
// left covers has no cell of its own.
type Cell struct {
	Text   string // paragraphs separated by line feeds
	Across int    // columns it covers; 0 and 1 are one
	Down   int    // rows it covers; 0 and 1 are one
	Header bool   // names a column or a row
}
