-- Writes a version as the current one of its key. The same content under the
-- same ID comes back when a page is changed and changed back: then its row is
-- used again with a new version number, because answers name it by ID.
INSERT INTO document (
  id, key, url, source, title, doc_no, index_no, publisher, kind, site_column,
  published, written, effective, expires, validity, validity_source, parent,
  state, version, bytes_sha256, parser, quality, fetched, sections, pages, text
) VALUES (
  @id, @key, @url, @source, @title, @doc_no, @index_no, @publisher, @kind, @site_column,
  @published, @written, @effective, @expires, @validity, @validity_source, @parent,
  @state, (SELECT coalesce(max(version), 0) + 1 FROM document WHERE key = @key),
  @bytes_sha256, @parser, @quality, @fetched, @sections, @pages, @text
)
ON CONFLICT (id) DO UPDATE SET
  state = excluded.state, version = excluded.version, source = excluded.source,
  site_column = excluded.site_column, validity_source = excluded.validity_source,
  parent = excluded.parent, bytes_sha256 = excluded.bytes_sha256, parser = excluded.parser,
  quality = excluded.quality, fetched = excluded.fetched, sections = excluded.sections,
  pages = excluded.pages
RETURNING num
