-- Which of the chunks @rows hold one of the identifiers @exact.
SELECT DISTINCT posting.chunk
FROM posting
WHERE posting.term = ANY (@exact::integer[]) AND posting.chunk = ANY (@rows::bigint[])
