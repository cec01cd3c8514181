-- Every stored version with the number of its chunks in the index.
SELECT
  id, key, url, source, title, doc_no, index_no, publisher, kind, site_column,
  published, written, effective, expires, validity, validity_source, parent,
  coalesce((SELECT replaced_by FROM replacement WHERE replacement.doc = document.num), ''),
  state, version,
  coalesce((SELECT length(lengths) / 4 FROM indexed WHERE indexed.doc = document.num), 0)
FROM document
ORDER BY key, version
