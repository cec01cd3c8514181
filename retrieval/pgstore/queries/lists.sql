-- For every segment and every term of @terms the one block that can hold it:
-- the last that does not begin behind it. Lists that lie outside their row
-- are fetched only for what is left in the end.
SELECT segment.first_row, term.place, block.data
FROM unnest(@terms::bytea[]) WITH ORDINALITY AS term (term, place)
CROSS JOIN segment
CROSS JOIN LATERAL (
  SELECT candidate.last_term, candidate.data
  FROM block AS candidate
  WHERE candidate.segment = segment.id AND candidate.first_term <= term.term
  ORDER BY candidate.first_term DESC
  LIMIT 1
) AS block
WHERE block.last_term >= term.term
