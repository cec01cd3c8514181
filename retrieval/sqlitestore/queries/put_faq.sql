-- Takes the place of the entry of the same ID that is public, or of the draft.
INSERT INTO faq (id, live, state, question, variants, negatives, answer, owner, valid_until, citations, updated)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT (id, live) DO UPDATE SET
  state = excluded.state, question = excluded.question, variants = excluded.variants,
  negatives = excluded.negatives, answer = excluded.answer, owner = excluded.owner,
  valid_until = excluded.valid_until, citations = excluded.citations, updated = excluded.updated
