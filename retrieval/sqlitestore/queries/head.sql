-- The newest version under the key ?1.
SELECT
  id, key, url, source, title, doc_no, index_no, publisher, kind, site_column,
  published, written, effective, expires, validity, validity_source, parent,
  coalesce((SELECT replaced_by FROM replacement WHERE replacement.doc = document.num), ''),
  state, version, bytes_sha256, parser
FROM document
WHERE key = ?1
ORDER BY version DESC
LIMIT 1
