-- What took the place of a version, as its source names it: a title, a 文号 or a
-- key. Few versions have it.
CREATE TABLE replacement (
  doc         bigint PRIMARY KEY REFERENCES document (num) ON DELETE CASCADE,
  replaced_by text   NOT NULL
);
