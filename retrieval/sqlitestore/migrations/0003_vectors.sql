-- The vectors of one embedding model are a set: a row here, and two tables of
-- its own, vector_ID with the floats and signs_ID with what readers hold of
-- them in memory. So another model's can be made beside those in use, and
-- dropped at once.
CREATE TABLE vector_set (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  model   TEXT    NOT NULL,
  dim     INTEGER NOT NULL,
  state   TEXT    NOT NULL, -- building, active or retired
  vectors INTEGER NOT NULL DEFAULT 0,
  -- Rises when chunks that are in the index already get their vectors.
  filled  INTEGER NOT NULL DEFAULT 0,
  UNIQUE (model, dim)
) STRICT;

CREATE UNIQUE INDEX vector_set_active ON vector_set (state) WHERE state = 'active';

INSERT INTO vector_set (model, dim, state, vectors)
SELECT model, dim, 'active', vectors FROM collection WHERE model <> '';

ALTER TABLE collection DROP COLUMN model;
ALTER TABLE collection DROP COLUMN dim;
ALTER TABLE collection DROP COLUMN vectors;

-- The first set's tables are there before the set.
ALTER TABLE vector RENAME TO vector_1;

CREATE TABLE signs_1 (
  first_row INTEGER PRIMARY KEY, -- as in indexed
  signs     BLOB    NOT NULL     -- of each vector of the document, 64 dimensions a uint64
) STRICT;

INSERT INTO signs_1 SELECT first_row, signs FROM indexed WHERE length(signs) > 0;

ALTER TABLE indexed DROP COLUMN signs;
