-- All curated answers, of each ID the public one before its draft.
SELECT id, state, question, variants, negatives, answer, owner, valid_until, citations, updated
FROM faq
ORDER BY id, live DESC
