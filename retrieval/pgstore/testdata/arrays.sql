-- The other way to keep postings, for BenchmarkPostings: a row a term, with
-- arrays of chunks, counts and lengths, packed as tightly as can be.
CREATE TABLE packed AS
SELECT
  term,
  array_agg(chunk::integer ORDER BY chunk) AS chunks,
  array_agg(count::smallint ORDER BY chunk) AS counts,
  array_agg(length ORDER BY chunk) AS lengths
FROM posting
GROUP BY term;

ALTER TABLE packed ADD PRIMARY KEY (term);
