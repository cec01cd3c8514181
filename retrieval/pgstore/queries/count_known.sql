-- Adds the counts $2 to the df of those of the terms $1 that are known.
UPDATE term SET df = term.df + added.df
FROM unnest($1::text[], $2::integer[]) AS added (term, df)
WHERE term.term = added.term
RETURNING term.id, term.term
