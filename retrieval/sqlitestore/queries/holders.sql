-- As lists.sql, but blocks of more than ?2 bytes are only measured. Such a
-- block is the list of one term, its first.
SELECT segment.first_row, term.key, block.first_term = term.value, length(block.data),
  CASE WHEN length(block.data) <= ?2 THEN block.data END
FROM segment
CROSS JOIN json_each(?1) AS term
JOIN block ON block.id = (
  SELECT candidate.id FROM block AS candidate
  WHERE candidate.segment = segment.id AND candidate.first_term <= term.value
  ORDER BY candidate.first_term DESC LIMIT 1
)
