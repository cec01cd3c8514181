-- Where each page of the source begins in the text, a JSON list of bytes; null
-- where it has no pages.
ALTER TABLE document ADD COLUMN pages TEXT NOT NULL DEFAULT 'null';
