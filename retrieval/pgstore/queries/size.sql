-- What the tables of this schema take on disk, with indexes and long values.
SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'm')
