-- The chunks that can be among the @limit best by BM25, or among the @limit
-- best that hold an identifier of the question, with their scores. The caller
-- sorts and cuts.
WITH
-- What the finding terms score, for every chunk that holds one.
found AS MATERIALIZED (
  SELECT posting.chunk, sum(
    question.idf * posting.count * (@k1 + 1.0)
      / (posting.count + @k1 * (1.0 - @b + @b * posting.length / @average))
  ) AS score
  FROM unnest(@finding::integer[], @finding_idf::double precision[]) AS question (term, idf)
  JOIN posting USING (term)
  GROUP BY posting.chunk
),
-- Who holds an identifier of the question.
holder AS MATERIALIZED (
  SELECT DISTINCT chunk FROM posting WHERE term = ANY (@exact::integer[])
),
-- The lowest of the best scores by finding terms alone, less @headroom, which
-- is the most that the adding terms can give: a chunk below that cannot rise
-- among the best. Sorted first, so that the filter is asked no longer than
-- until it has let enough through.
least AS (
  SELECT coalesce(min(score), 0) - @headroom AS score
  FROM (
    SELECT sorted.score
    FROM (SELECT * FROM found ORDER BY score DESC) AS sorted
    JOIN chunk ON chunk.row = sorted.chunk
    JOIN document ON document.num = chunk.doc
    WHERE {{filter}}
    ORDER BY sorted.score DESC
    LIMIT @limit
  ) AS best
),
candidate AS MATERIALIZED (
  SELECT found.chunk, found.score, found.chunk IN (SELECT chunk FROM holder) AS exact
  FROM found
  JOIN chunk ON chunk.row = found.chunk
  JOIN document ON document.num = chunk.doc
  WHERE (found.score >= (SELECT score FROM least) OR found.chunk IN (SELECT chunk FROM holder)) AND {{filter}}
)
-- A look-up for each candidate and adding term, because these terms have long
-- lists, and reading them whole is what candidates are chosen to avoid.
SELECT candidate.chunk, candidate.exact, candidate.score + coalesce((
  SELECT sum(
    question.idf * posting.count * (@k1 + 1.0)
      / (posting.count + @k1 * (1.0 - @b + @b * posting.length / @average))
  )
  FROM unnest(@adding::integer[], @adding_idf::double precision[]) AS question (term, idf)
  JOIN posting ON posting.term = question.term AND posting.chunk = candidate.chunk
), 0)
FROM candidate
UNION ALL (
  -- Identifiers that are common do not find by themselves, but none may be
  -- dropped: these hold nothing of the question that is rare.
  SELECT holder.chunk, true, 0
  FROM holder
  JOIN chunk ON chunk.row = holder.chunk
  JOIN document ON document.num = chunk.doc
  WHERE holder.chunk NOT IN (SELECT chunk FROM found) AND {{filter}}
  ORDER BY holder.chunk
  LIMIT @limit
)
