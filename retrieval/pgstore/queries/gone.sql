-- Rows of chunks that are gone from @first to @last, as two lists.
SELECT
  coalesce(array_agg(first_row ORDER BY first_row), '{}'),
  coalesce(array_agg(last_row ORDER BY first_row), '{}')
FROM gone
WHERE first_row BETWEEN @first AND @last
