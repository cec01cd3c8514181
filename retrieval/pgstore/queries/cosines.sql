-- How near the chunks @hits are to @question.
SELECT row, -(vector <#> @question::vector)
FROM embedding_{{set}}
WHERE row = ANY (@hits::bigint[])
