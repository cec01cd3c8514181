-- The file that a version was read from, kept where pictures of its pages can
-- be shown. It goes with its document.
CREATE TABLE original (
  doc        INTEGER PRIMARY KEY REFERENCES document (num) ON DELETE CASCADE,
  recognised TEXT    NOT NULL -- JSON: the pages whose text was read from their picture
) STRICT;

-- Its bytes, cut in pieces so that none has to be held whole.
CREATE TABLE original_part (
  doc  INTEGER NOT NULL REFERENCES original (doc) ON DELETE CASCADE,
  part INTEGER NOT NULL,
  data BLOB    NOT NULL,
  PRIMARY KEY (doc, part)
) STRICT;
