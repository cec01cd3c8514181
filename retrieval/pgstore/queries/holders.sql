-- As lists.sql, but blocks of more than @bytes are only measured. Such a block
-- is the list of one term, its first.
SELECT segment.first_row, term.place, block.first_term = term.term, octet_length(block.data),
  CASE WHEN octet_length(block.data) <= @bytes THEN block.data END
FROM unnest(@terms::bytea[]) WITH ORDINALITY AS term (term, place)
CROSS JOIN segment
CROSS JOIN LATERAL (
  SELECT candidate.first_term, candidate.last_term, candidate.data
  FROM block AS candidate
  WHERE candidate.segment = segment.id AND candidate.first_term <= term.term
  ORDER BY candidate.first_term DESC
  LIMIT 1
) AS block
WHERE block.last_term >= term.term
