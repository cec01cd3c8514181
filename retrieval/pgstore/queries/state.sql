-- What a search needs to know of the collection.
SELECT
  chunks, terms, dim,
  coalesce((SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('embedding_nearest')), false)
FROM collection
