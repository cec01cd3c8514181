-- Makes the current version under the key $1 a superseded one.
UPDATE document SET state = 'superseded'
WHERE key = $1 AND state = 'current'
RETURNING num, id
