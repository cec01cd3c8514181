-- Every stored version with the number of its chunks in the index.
SELECT
  id, key, url, source, title, doc_no, index_no, publisher, kind, site_column,
  published, written, effective, expires, validity, validity_source, parent,
  coalesce((SELECT replaced_by FROM replacement WHERE replacement.doc = document.num), ''),
  state, version, (SELECT count(*) FROM chunk WHERE chunk.doc = document.num)
FROM document
ORDER BY key, version
