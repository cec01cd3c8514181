-- Takes the chunks of the documents $1 out of the index. Their postings stay
-- until a merge leaves them out. Gives how many chunks and terms there were.
WITH old AS (
  SELECT chunk.row, chunk.doc, chunk.length FROM chunk WHERE chunk.doc = ANY ($1)
),
removed AS (
  DELETE FROM chunk WHERE doc = ANY ($1)
),
marked AS (
  INSERT INTO gone (first_row, last_row)
  SELECT min(row), max(row) FROM old GROUP BY doc HAVING sum(length) > 0 -- or it had no postings
)
SELECT count(*), coalesce(sum(length), 0) FROM old
