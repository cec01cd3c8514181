-- 'ZHWN', so that a file of another program is not taken for a store.
PRAGMA application_id = 0x5A48574E;

-- What is true of the whole collection; counts are kept by every change.
CREATE TABLE collection (
  only       INTEGER PRIMARY KEY CHECK (only = 1),
  generation INTEGER NOT NULL, -- rises with every change of the index
  documents  INTEGER NOT NULL, -- current versions
  chunks     INTEGER NOT NULL,
  vectors    INTEGER NOT NULL,
  model      TEXT    NOT NULL, -- '' until vectors are first written
  dim        INTEGER NOT NULL,
  updated    TEXT    NOT NULL
) STRICT;

INSERT INTO collection VALUES (1, 0, 0, 0, 0, '', 0, '0001-01-01T00:00:00Z');

-- A version of a page or file. The text stands last, so that reading the
-- columns before it does not walk its overflow pages.
CREATE TABLE document (
  num             INTEGER PRIMARY KEY,
  id              TEXT    NOT NULL UNIQUE,
  key             TEXT    NOT NULL,
  url             TEXT    NOT NULL,
  source          TEXT    NOT NULL,
  title           TEXT    NOT NULL,
  doc_no          TEXT    NOT NULL,
  index_no        TEXT    NOT NULL,
  publisher       TEXT    NOT NULL,
  kind            TEXT    NOT NULL,
  site_column     TEXT    NOT NULL,
  published       TEXT    NOT NULL,
  written         TEXT    NOT NULL,
  effective       TEXT    NOT NULL,
  expires         TEXT    NOT NULL,
  validity        TEXT    NOT NULL,
  validity_source TEXT    NOT NULL,
  parent          TEXT    NOT NULL,
  state           TEXT    NOT NULL,
  version         INTEGER NOT NULL,
  bytes_sha256    TEXT    NOT NULL,
  parser          TEXT    NOT NULL,
  quality         REAL    NOT NULL,
  fetched         TEXT    NOT NULL,
  -- The generation in which its chunks last left the index, 0 if never.
  unindexed       INTEGER NOT NULL DEFAULT 0,
  sections        TEXT    NOT NULL, -- JSON
  text            TEXT    NOT NULL,
  UNIQUE (key, version)
) STRICT;

CREATE INDEX document_unindexed ON document (unindexed) WHERE unindexed > 0;

-- A chunk of the index; its text is document.text[start_byte:end_byte].
-- Rows are never used twice: a reader may hold one that is gone meanwhile.
CREATE TABLE chunk (
  row        INTEGER PRIMARY KEY AUTOINCREMENT,
  doc        INTEGER NOT NULL REFERENCES document (num),
  ordinal    INTEGER NOT NULL,
  clause     TEXT    NOT NULL,
  path       TEXT    NOT NULL,
  start_byte INTEGER NOT NULL,
  end_byte   INTEGER NOT NULL
) STRICT;

CREATE TABLE vector (
  row    INTEGER PRIMARY KEY REFERENCES chunk (row),
  floats BLOB    NOT NULL -- little-endian float32s
) STRICT;

-- What readers hold in memory of an indexed document, in few large rows so
-- that opening is quick. Its chunks have consecutive rows.
CREATE TABLE indexed (
  first_row INTEGER PRIMARY KEY REFERENCES chunk (row),
  doc       INTEGER NOT NULL UNIQUE REFERENCES document (num),
  lengths   BLOB    NOT NULL, -- a little-endian uint32 a chunk: its terms
  signs     BLOB    NOT NULL  -- of each vector, 64 dimensions a uint64; empty: no vectors
) STRICT;

-- The lexical index: each change writes one segment, and equal ones are
-- merged. Segments hold distinct, consecutive ranges of rows.
CREATE TABLE segment (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  level     INTEGER NOT NULL,
  first_row INTEGER NOT NULL,
  last_row  INTEGER NOT NULL,
  chunks    INTEGER NOT NULL, -- when it was written
  dead      INTEGER NOT NULL  -- of these, gone since
) STRICT;

-- A run of a segment's terms in byte order with their postings.
CREATE TABLE block (
  id         INTEGER PRIMARY KEY,
  segment    INTEGER NOT NULL REFERENCES segment (id),
  first_term TEXT    NOT NULL,
  data       BLOB    NOT NULL,
  UNIQUE (segment, first_term)
) STRICT;

CREATE TABLE session (
  id      TEXT PRIMARY KEY,
  profile TEXT NOT NULL,
  script  TEXT NOT NULL,
  created TEXT NOT NULL
) STRICT;

CREATE TABLE event (
  session TEXT    NOT NULL REFERENCES session (id),
  seq     INTEGER NOT NULL,
  frame   TEXT    NOT NULL, -- JSON as it was sent
  PRIMARY KEY (session, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE turn (
  num      INTEGER PRIMARY KEY,
  session  TEXT NOT NULL REFERENCES session (id),
  question TEXT NOT NULL,
  answer   TEXT NOT NULL, -- JSON
  at       TEXT NOT NULL
) STRICT;

CREATE INDEX turn_session ON turn (session, num);

CREATE TABLE feedback (
  num       INTEGER PRIMARY KEY,
  session   TEXT NOT NULL REFERENCES session (id),
  answer_id TEXT NOT NULL,
  rating    TEXT NOT NULL,
  reasons   TEXT NOT NULL, -- JSON array
  text      TEXT NOT NULL,
  at        TEXT NOT NULL
) STRICT;

CREATE INDEX feedback_session ON feedback (session);
