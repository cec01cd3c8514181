-- The pieces of the file of the document with the ID $1, in order; one row
-- without a piece where the file is not kept.
SELECT document.state, original_part.data
FROM document
LEFT JOIN original_part ON original_part.doc = document.num
WHERE document.id = $1
ORDER BY original_part.part
