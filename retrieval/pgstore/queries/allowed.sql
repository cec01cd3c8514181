-- Up to @limit of the chunks that the filter lets through.
SELECT chunk.row
FROM document
JOIN chunk ON chunk.doc = document.num
WHERE {{filter}}
LIMIT @limit
