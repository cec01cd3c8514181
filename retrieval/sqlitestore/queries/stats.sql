-- The collection with its active set of vectors, if there is one.
SELECT
  collection.documents, collection.chunks, coalesce(vector_set.vectors, 0), coalesce(vector_set.model, ''),
  coalesce(vector_set.dim, 0), collection.generation, collection.updated
FROM collection
LEFT JOIN vector_set ON vector_set.state = 'active'
