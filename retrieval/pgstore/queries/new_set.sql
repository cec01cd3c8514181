-- The table of a set. Vectors stay in their row while they fit in a page: out
-- of line, comparing with every vector would take a second look-up for each.
CREATE TABLE IF NOT EXISTS embedding_{{set}} (
  row    bigint PRIMARY KEY,
  vector vector NOT NULL
) WITH (toast_tuple_target = 8160)
