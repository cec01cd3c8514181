-- For every segment and every term of the JSON array ?1 the one block that can
-- hold it: the last that does not begin behind it.
SELECT segment.first_row, term.key, block.data
FROM segment
CROSS JOIN json_each(?1) AS term
JOIN block ON block.id = (
  SELECT candidate.id FROM block AS candidate
  WHERE candidate.segment = segment.id AND candidate.first_term <= term.value
  ORDER BY candidate.first_term DESC LIMIT 1
)
