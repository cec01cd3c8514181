-- Up to $2 chunks from row $1 on, in order of row, without a vector in the set.
SELECT chunk.row
FROM chunk
WHERE chunk.row >= $1 AND NOT EXISTS (
  SELECT 1 FROM embedding_{{set}} AS embedding WHERE embedding.row = chunk.row AND embedding.row >= $1
)
ORDER BY chunk.row
LIMIT $2
