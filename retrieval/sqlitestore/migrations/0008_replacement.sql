-- What took the place of a version, as its source names it: a title, a 文号 or a
-- key. Few versions have it; the table of documents would have it behind their
-- text.
CREATE TABLE replacement (
  doc         INTEGER PRIMARY KEY REFERENCES document (num) ON DELETE CASCADE,
  replaced_by TEXT    NOT NULL
) STRICT;
