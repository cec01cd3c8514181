-- How many chunks the filter lets through, counted up to @limit.
SELECT count(*)
FROM (
  SELECT 1
  FROM document
  JOIN chunk ON chunk.doc = document.num
  WHERE {{filter}}
  LIMIT @limit
) AS passed
