-- The pieces of the file of the document ?1, in order.
SELECT data FROM original_part WHERE doc = ?1 ORDER BY part
