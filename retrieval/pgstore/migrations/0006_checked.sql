-- Checks of drafts (文稿核对) that can be looked at again. They are no part of
-- the collection: nothing here is searched, counted or shown to the public.
CREATE TABLE checked (
  id      text PRIMARY KEY,
  owner   text NOT NULL,
  readers text[] NOT NULL, -- names
  title   text NOT NULL,
  created timestamptz NOT NULL,
  expires timestamptz NOT NULL,
  data    text NOT NULL    -- JSON: draft, report, notes
);

CREATE INDEX checked_expires ON checked (expires);
