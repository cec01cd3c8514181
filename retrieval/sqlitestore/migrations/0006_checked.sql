-- Checks of drafts (文稿核对) that can be looked at again. They are no part of
-- the collection: nothing here is searched, counted or shown to the public.
CREATE TABLE checked (
  id      TEXT PRIMARY KEY,
  owner   TEXT NOT NULL,
  readers TEXT NOT NULL, -- JSON array of names
  title   TEXT NOT NULL,
  created TEXT NOT NULL,
  expires INTEGER NOT NULL, -- seconds since 1970
  data    TEXT NOT NULL  -- JSON: draft, report, notes
) STRICT;

CREATE INDEX checked_expires ON checked (expires);
