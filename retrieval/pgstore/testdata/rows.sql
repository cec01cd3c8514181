-- The other way to keep postings, for BenchmarkPostings: a row for each term
-- and chunk, with all that BM25 needs in the primary key's index. Its keys are
-- made after the load, which is kinder to it than a document at a time.
CREATE TABLE term (
  id   integer NOT NULL,
  term text    NOT NULL,
  df   integer NOT NULL
);

CREATE TABLE posting (
  chunk  bigint  NOT NULL,
  term   integer NOT NULL,
  count  integer NOT NULL, -- of the term in the chunk
  length integer NOT NULL  -- of the chunk
);
