-- The versions that this schema went through.
CREATE TABLE migration (
  version integer     PRIMARY KEY,
  applied timestamptz NOT NULL DEFAULT now()
);

-- What is true of the whole collection; counts are kept by every change, at
-- its end, because changes wait for each other here.
CREATE TABLE collection (
  sole       boolean PRIMARY KEY DEFAULT true CHECK (sole),
  generation bigint  NOT NULL DEFAULT 0, -- rises with every change of the index
  documents  integer NOT NULL DEFAULT 0, -- current versions
  chunks     integer NOT NULL DEFAULT 0,
  vectors    integer NOT NULL DEFAULT 0,
  terms      bigint  NOT NULL DEFAULT 0, -- sum of the chunks' lengths
  last_row   bigint  NOT NULL DEFAULT 0, -- the highest chunk.row ever given
  model      text    NOT NULL DEFAULT '', -- '' until vectors are first written
  dim        integer NOT NULL DEFAULT 0,
  updated    timestamptz                  -- NULL until then
);

INSERT INTO collection DEFAULT VALUES;

-- A version of a page or file. Its text is kept as bytes, because offsets are
-- bytes, and uncompressed, so that a passage is read without the rest.
CREATE TABLE document (
  num             bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id              text    NOT NULL UNIQUE,
  key             text    NOT NULL,
  url             text    NOT NULL,
  source          text    NOT NULL,
  title           text    NOT NULL,
  doc_no          text    NOT NULL,
  index_no        text    NOT NULL,
  publisher       text    NOT NULL,
  kind            text    NOT NULL,
  site_column     text    NOT NULL,
  published       text    NOT NULL,
  written         text    NOT NULL,
  effective       text    NOT NULL,
  expires         text    NOT NULL,
  validity        text    NOT NULL,
  validity_source text    NOT NULL,
  parent          text    NOT NULL,
  state           text    NOT NULL,
  version         integer NOT NULL,
  bytes_sha256    text    NOT NULL,
  parser          text    NOT NULL,
  quality         double precision NOT NULL,
  fetched         text    NOT NULL, -- RFC 3339: timestamptz keeps microseconds only
  sections        text    NOT NULL, -- JSON
  pages           text    NOT NULL, -- JSON: where each page of the source begins; null where it has none
  text            bytea   NOT NULL,
  year            text    GENERATED ALWAYS AS (left(published, 4)) STORED,
  UNIQUE (key, version)
);

ALTER TABLE document ALTER COLUMN text SET STORAGE EXTERNAL;

CREATE UNIQUE INDEX document_current ON document (key) WHERE state = 'current';
CREATE INDEX document_publisher ON document (publisher) WHERE state = 'current';
CREATE INDEX document_kind ON document (kind) WHERE state = 'current';
CREATE INDEX document_year ON document (year) WHERE state = 'current';

-- A chunk of the index: the bytes start_byte to end_byte of its document's
-- text. The chunks of a document have consecutive rows. Rows are never used
-- twice: a reader may hold one that is gone meanwhile.
CREATE TABLE chunk (
  row        bigint  PRIMARY KEY,
  doc        bigint  NOT NULL REFERENCES document (num),
  ordinal    integer NOT NULL,
  start_byte integer NOT NULL,
  end_byte   integer NOT NULL,
  length     integer NOT NULL, -- in terms
  clause     text    NOT NULL,
  path       text    NOT NULL
);

CREATE INDEX chunk_doc ON chunk (doc) INCLUDE (row);

-- The dictionary with the number of chunks that hold each term. Room is left
-- in the pages, because df changes often and the rest never.
CREATE TABLE term (
  id   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  term text    NOT NULL UNIQUE,
  df   integer NOT NULL
) WITH (fillfactor = 60);

-- The lexical index. All that BM25 needs stands in the primary key's index,
-- so that a search does not touch the table.
CREATE TABLE posting (
  chunk  bigint  NOT NULL,
  term   integer NOT NULL,
  count  integer NOT NULL, -- of the term in the chunk
  length integer NOT NULL, -- of the chunk
  PRIMARY KEY (term, chunk) INCLUDE (count, length)
);

-- To remove a document's postings: they were written one after the other.
CREATE INDEX posting_chunk ON posting USING brin (chunk) WITH (pages_per_range = 16);

-- Unit vectors. (A table named vector would hide the type.) They stay in their row while they fit in a page: out of line,
-- comparing with every vector would take a second look-up for each.
CREATE TABLE embedding (
  row    bigint PRIMARY KEY REFERENCES chunk (row) ON DELETE CASCADE,
  vector vector NOT NULL
) WITH (toast_tuple_target = 8160);
