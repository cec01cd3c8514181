-- The frames of all answers whose sources or end name one of the versions in
-- the JSON array ?1. The frames of an answer share its id.
WITH citing AS (
  SELECT DISTINCT event.session, json_extract(event.frame, '$.id') AS answer
  FROM event, json_each(?1) AS version
  WHERE instr(event.frame, version.value) > 0
)
SELECT event.session, event.seq, event.frame
FROM citing
JOIN event ON event.session = citing.session AND json_extract(event.frame, '$.id') = citing.answer
