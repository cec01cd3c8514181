-- BM25 of the chunks @rows; those that no finding term found are left out.
SELECT posting.chunk, sum(
  question.idf * posting.count * (@k1 + 1.0)
    / (posting.count + @k1 * (1.0 - @b + @b * posting.length / @average))
)
FROM unnest(@rows::bigint[]) AS asked (chunk)
CROSS JOIN unnest(@terms::integer[], @idf::double precision[]) AS question (term, idf)
JOIN posting ON posting.term = question.term AND posting.chunk = asked.chunk
GROUP BY posting.chunk
HAVING bool_or(question.term = ANY (@finding::integer[]))
