-- The best by BM25 from table packed.
WITH found AS MATERIALIZED (
  SELECT posting.chunk, sum(
    question.idf * posting.count * (@k1 + 1.0)
      / (posting.count + @k1 * (1.0 - @b + @b * posting.length / @average))
  ) AS score
  FROM unnest(@terms::integer[], @idf::double precision[]) AS question (term, idf)
  JOIN packed USING (term)
  CROSS JOIN LATERAL unnest(chunks, counts, lengths) AS posting (chunk, count, length)
  GROUP BY posting.chunk
  HAVING bool_or(question.term = ANY (@finding::integer[]))
)
SELECT sorted.chunk, false, sorted.score
FROM (SELECT * FROM found ORDER BY score DESC) AS sorted
JOIN chunk ON chunk.row = sorted.chunk
JOIN document ON document.num = chunk.doc
WHERE {{filter}}
ORDER BY sorted.score DESC, sorted.chunk
LIMIT @limit
