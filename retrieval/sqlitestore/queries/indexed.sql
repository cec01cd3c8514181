-- What readers hold in memory of the documents from row ?1 on.
SELECT
  indexed.first_row, indexed.doc, indexed.lengths,
  document.id, document.kind, document.publisher, document.published, document.validity
FROM indexed
CROSS JOIN document ON document.num = indexed.doc
WHERE indexed.first_row >= ?1
ORDER BY indexed.first_row
