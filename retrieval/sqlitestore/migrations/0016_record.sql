-- What the staff keep beside the collection: accounts, changes that wait for a
-- second person, jobs. See package bot/records.
CREATE TABLE record (
  kind    TEXT    NOT NULL,
  id      TEXT    NOT NULL,
  rev     INTEGER NOT NULL,
  updated TEXT    NOT NULL,
  body    TEXT    NOT NULL, -- JSON
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
