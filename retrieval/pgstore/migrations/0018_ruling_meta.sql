-- Staff may set what is said of a document, too.
ALTER TABLE ruling
  ADD COLUMN title text NOT NULL DEFAULT '',
  ADD COLUMN doc_no text NOT NULL DEFAULT '',
  ADD COLUMN publisher text NOT NULL DEFAULT '',
  ADD COLUMN kind text NOT NULL DEFAULT '',
  ADD COLUMN published text NOT NULL DEFAULT '';
