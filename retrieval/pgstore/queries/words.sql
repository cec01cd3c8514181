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
  FROM posting
  JOIN unnest(@finding::integer[], @finding_idf::double precision[]) AS question (term, idf) USING (term)
  WHERE posting.term = ANY (@finding::integer[])
  GROUP BY posting.chunk
),
holder AS MATERIALIZED (
  SELECT DISTINCT chunk FROM posting WHERE term = ANY (@exact::integer[])
),
-- The lowest of the best scores by finding terms alone. The adding terms give
-- a chunk at most @headroom more: one that lies further below cannot rise
-- among the best.
least AS (
  SELECT coalesce(min(score), 0) - @headroom AS score
  FROM (
    SELECT found.score
    FROM found
    JOIN chunk ON chunk.row = found.chunk
    JOIN document ON document.num = chunk.doc
    WHERE {{filter}}
    ORDER BY found.score DESC
    LIMIT @limit
  ) AS best
),
candidate AS MATERIALIZED (
  SELECT found.chunk, found.score, holder.chunk IS NOT NULL AS exact
  FROM found
  LEFT JOIN holder USING (chunk)
  JOIN chunk ON chunk.row = found.chunk
  JOIN document ON document.num = chunk.doc
  WHERE (found.score >= (SELECT score FROM least) OR holder.chunk IS NOT NULL) AND {{filter}}
),
added AS (
  SELECT posting.chunk, sum(
    question.idf * posting.count * (@k1 + 1.0)
      / (posting.count + @k1 * (1.0 - @b + @b * posting.length / @average))
  ) AS score
  FROM candidate
  JOIN posting USING (chunk)
  JOIN unnest(@adding::integer[], @adding_idf::double precision[]) AS question (term, idf) USING (term)
  WHERE posting.term = ANY (@adding::integer[])
  GROUP BY posting.chunk
)
SELECT candidate.chunk, candidate.score + coalesce(added.score, 0), candidate.exact
FROM candidate
LEFT JOIN added USING (chunk)
UNION ALL (
  -- Identifiers that are common do not find by themselves, but none may be
  -- dropped: these hold nothing else of the question that is rare.
  SELECT holder.chunk, 0, true
  FROM holder
  JOIN chunk ON chunk.row = holder.chunk
  JOIN document ON document.num = chunk.doc
  WHERE holder.chunk NOT IN (SELECT chunk FROM found) AND {{filter}}
  ORDER BY holder.chunk
  LIMIT @limit
)
