-- The current versions with the title ?1.
SELECT id, key, title
FROM document
WHERE state = 'current' AND title = ?1 AND ?1 <> ''
ORDER BY title, key
