package retrieval

// Extract is a run of text that a reading model is asked about.
type Extract struct {
	Head string // what it is from: the document's title and nearest heading; may be empty
	Text string
}

// Reading is what a reading model says of one question and one extract. Both
// scores are logits: they can be compared from question to question.
type Reading struct {
	Relevance float64 // that the extract answers the question
	Answer    Span    // bytes of Extract.Text: the words that answer best
	Score     float64 // of Answer over "no words here answer"
}
