-- Waits until no other transaction writes versions under the keys $1. All take
-- their locks in the same order.
SELECT pg_advisory_xact_lock('document'::regclass::oid::integer, hash)
FROM (
  SELECT DISTINCT hashtext(key) AS hash
  FROM unnest($1::text[]) AS key
  ORDER BY hash
) AS keys
