-- The current versions that are attached to the page with the key $1.
SELECT id, key, title
FROM document
WHERE parent = $1 AND parent <> '' AND state = 'current'
ORDER BY title, key
