-- The @limit chunks nearest to @question by the approximate index, in its
-- order. An index scan goes on until the filter has let enough through.
SELECT embedding.row
FROM embedding_{{set}} AS embedding
JOIN chunk ON chunk.row = embedding.row
JOIN document ON document.num = chunk.doc
WHERE {{filter}}
ORDER BY embedding.vector::halfvec({{dim}}) <#> @question::vector::halfvec({{dim}})
LIMIT @limit
