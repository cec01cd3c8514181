-- The current versions that were read from the source $1.
SELECT id, key, title
FROM document
WHERE source = $1 AND state = 'current'
ORDER BY title, key
