-- The chunks of the rows $1, in their order.
SELECT
  chunk.row, chunk.ordinal, chunk.clause, chunk.path, chunk.start_byte, chunk.end_byte,
  substring(document.text FROM chunk.start_byte + 1 FOR chunk.end_byte - chunk.start_byte),
  document.id, document.key, document.url, document.source, document.title, document.doc_no,
  document.index_no, document.publisher, document.kind, document.site_column, document.published,
  document.written, document.effective, document.expires, document.validity,
  document.validity_source, document.parent,
  coalesce((SELECT replaced_by FROM replacement WHERE replacement.doc = document.num), ''),
  document.state, document.version
FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (row, place)
JOIN chunk ON chunk.row = asked.row
JOIN document ON document.num = chunk.doc
ORDER BY asked.place
