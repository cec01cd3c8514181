-- Takes the chunks with rows $1 to $2 out of the lexical index and out of df.
WITH gone AS (
  DELETE FROM posting WHERE chunk BETWEEN $1 AND $2 RETURNING term
),
counted AS (
  SELECT term, count(*) AS chunks FROM gone GROUP BY term
)
UPDATE term SET df = df - counted.chunks
FROM counted
WHERE term.id = counted.term
