-- Up to ?2 documents from row ?1 on, in order of row, whose chunks have no
-- vectors in the set: first row and number of chunks.
SELECT indexed.first_row, length(indexed.lengths) / 4
FROM indexed
LEFT JOIN signs_{{set}} AS signs ON signs.first_row = indexed.first_row
WHERE indexed.first_row >= ?1 AND signs.first_row IS NULL
ORDER BY indexed.first_row
LIMIT ?2
