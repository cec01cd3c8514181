-- The frames of all answers whose sources or end name one of the versions $1.
-- The frames of an answer share its id.
WITH citing AS (
  SELECT DISTINCT event.session, event.frame::json ->> 'id' AS answer
  FROM event, unnest($1::text[]) AS version
  WHERE strpos(event.frame, version) > 0
)
SELECT event.session, event.seq, event.frame
FROM citing
JOIN event ON event.session = citing.session AND event.frame::json ->> 'id' = citing.answer
