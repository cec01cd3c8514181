-- The chunks of the rows in the JSON array ?1, in its order.
SELECT
  chunk.row, chunk.ordinal, chunk.clause, chunk.path, chunk.start_byte, chunk.end_byte,
  -- substr counts bytes in a blob and characters in a text.
  substr(CAST(document.text AS BLOB), chunk.start_byte + 1, chunk.end_byte - chunk.start_byte),
  document.id, document.key, document.url, document.source, document.title, document.doc_no,
  document.index_no, document.publisher, document.kind, document.site_column, document.published,
  document.written, document.effective, document.expires, document.validity,
  document.validity_source, document.parent,
  coalesce((SELECT replaced_by FROM replacement WHERE replacement.doc = document.num), ''),
  document.state, document.version
FROM json_each(?1) AS asked
JOIN chunk ON chunk.row = asked.value
JOIN document ON document.num = chunk.doc
ORDER BY asked.key
