-- All segments, with the number of chunks that are gone among their rows.
SELECT id, level, first_row, last_row, chunks, (
  SELECT coalesce(sum(gone.last_row - gone.first_row + 1), 0)
  FROM gone
  WHERE gone.first_row BETWEEN segment.first_row AND segment.last_row
)
FROM segment
ORDER BY first_row, id
