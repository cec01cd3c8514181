-- The files of a page, and what was read from one file.
CREATE INDEX document_parent ON document (parent) WHERE parent <> '';
CREATE INDEX document_source ON document (source);
