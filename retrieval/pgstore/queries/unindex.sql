-- Takes the chunks of the documents $1 out of the index. Their postings stay
-- until a merge leaves them out; their vectors go with them. Gives how many
-- chunks, vectors and terms there were.
WITH old AS (
  SELECT chunk.row, chunk.doc, chunk.length, embedding.row IS NOT NULL AS embedded
  FROM chunk
  LEFT JOIN embedding USING (row)
  WHERE chunk.doc = ANY ($1)
),
removed AS (
  DELETE FROM chunk WHERE doc = ANY ($1)
),
marked AS (
  INSERT INTO gone (first_row, last_row)
  SELECT min(row), max(row) FROM old GROUP BY doc HAVING sum(length) > 0 -- or it had no postings
)
SELECT count(*), count(*) FILTER (WHERE embedded), coalesce(sum(length), 0) FROM old
