-- The tables of a set.
CREATE TABLE IF NOT EXISTS vector_{{set}} (
  row    INTEGER PRIMARY KEY,
  floats BLOB    NOT NULL -- little-endian float32s
) STRICT;

CREATE TABLE IF NOT EXISTS signs_{{set}} (
  first_row INTEGER PRIMARY KEY, -- as in indexed
  signs     BLOB    NOT NULL     -- of each vector of the document, 64 dimensions a uint64
) STRICT;
