-- Makes the terms $1 with the df $2.
INSERT INTO term (term, df)
SELECT added.term, added.df
FROM unnest($1::text[], $2::integer[]) AS added (term, df)
RETURNING id, term
