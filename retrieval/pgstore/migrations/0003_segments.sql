-- Postings were a row for each term and chunk. Packed lists cannot be made of
-- them in SQL, and no released version ever wrote them.
DO $$
BEGIN
  IF EXISTS (SELECT FROM chunk) THEN
    RAISE EXCEPTION 'this database was filled by a zhiwen from before the first release: name an empty database or schema, run zhiwen migrate and ingest again';
  END IF;
END
$$;

DROP TABLE posting, term;

-- The lexical index: each change writes one segment, and those of one level
-- are merged into one of the next. A segment never changes.
CREATE TABLE segment (
  id        bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  level     integer NOT NULL,
  first_row bigint  NOT NULL, -- rows of segments may interleave
  last_row  bigint  NOT NULL,
  chunks    integer NOT NULL  -- when it was written
);

-- A run of a segment's terms in order of bytes with their postings. Blocks are
-- written to stay in their row; long lists, alone in theirs, lie outside and
-- are read only where asked for. Both are packed already. There is no foreign
-- key: checking it for each block would cost more than writing the block.
CREATE TABLE block (
  segment    bigint NOT NULL,
  first_term bytea  NOT NULL,
  last_term  bytea  NOT NULL,
  data       bytea  NOT NULL,
  PRIMARY KEY (segment, first_term)
);

ALTER TABLE block ALTER COLUMN data SET STORAGE EXTERNAL;

-- Rows of chunks that are gone and still have postings: a merge that leaves
-- these out removes the row, too. Nobody waits for a merge to write one.
CREATE TABLE gone (
  first_row bigint PRIMARY KEY,
  last_row  bigint NOT NULL
);
