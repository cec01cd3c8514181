-- The vectors of one embedding model are a set: a row here, and a table
-- embedding_ID of (row, vector) with its approximate index
-- embedding_ID_nearest. The tables have no foreign key: it would lock chunk,
-- and with it every search, while a set is dropped.
CREATE TABLE vector_set (
  id      bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model   text    NOT NULL,
  dim     integer NOT NULL,
  state   text    NOT NULL, -- building, active or retired
  vectors integer NOT NULL DEFAULT 0,
  UNIQUE (model, dim)
);

CREATE UNIQUE INDEX vector_set_active ON vector_set (state) WHERE state = 'active';

INSERT INTO vector_set (model, dim, state, vectors)
SELECT model, dim, 'active', vectors FROM collection WHERE model <> '';

ALTER TABLE collection DROP COLUMN model, DROP COLUMN dim, DROP COLUMN vectors;

-- The first set's table is there before the set.
ALTER TABLE embedding DROP CONSTRAINT embedding_row_fkey;
ALTER TABLE embedding RENAME TO embedding_1;
ALTER INDEX embedding_pkey RENAME TO embedding_1_pkey;
ALTER INDEX IF EXISTS embedding_nearest RENAME TO embedding_1_nearest;
