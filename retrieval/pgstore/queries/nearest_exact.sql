-- The @limit chunks nearest to @question, compared with every vector that the
-- filter lets through. Adding 0 keeps the approximate index out of it.
SELECT embedding.row
FROM embedding_{{set}} AS embedding
JOIN chunk ON chunk.row = embedding.row
JOIN document ON document.num = chunk.doc
WHERE {{filter}}
ORDER BY (embedding.vector <#> @question::vector) + 0, embedding.row
LIMIT @limit
