-- The version with the ID ?1.
SELECT
  id, key, url, source, title, doc_no, index_no, publisher, kind, site_column,
  published, written, effective, expires, validity, validity_source, parent,
  coalesce((SELECT replaced_by FROM replacement WHERE replacement.doc = document.num), ''),
  state, version, bytes_sha256, parser, quality, fetched, sections, pages,
  coalesce((SELECT recognised FROM original WHERE original.doc = document.num), ''),
  text
FROM document
WHERE id = ?1
