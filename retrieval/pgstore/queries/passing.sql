-- Which of the chunks @rows the filter lets through.
SELECT chunk.row
FROM chunk
JOIN document ON document.num = chunk.doc
WHERE chunk.row = ANY (@rows::bigint[]) AND {{filter}}
