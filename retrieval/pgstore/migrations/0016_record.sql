-- What the staff keep beside the collection: accounts, changes that wait for a
-- second person, jobs. See package bot/records.
CREATE TABLE record (
  kind    text COLLATE "C" NOT NULL,
  id      text COLLATE "C" NOT NULL,
  rev     bigint      NOT NULL,
  updated timestamptz NOT NULL,
  body    text        NOT NULL, -- JSON
  PRIMARY KEY (kind, id)
);
