-- What a search needs to know of the collection, and of the vectors of the
-- model @model with @dim dimensions: 0 if there are none to search.
SELECT
  collection.chunks, collection.terms, coalesce(vector_set.id, 0),
  coalesce((SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('embedding_' || vector_set.id || '_nearest')), false)
FROM collection
LEFT JOIN vector_set ON vector_set.model = @model AND vector_set.dim = @dim AND vector_set.state <> 'building'
