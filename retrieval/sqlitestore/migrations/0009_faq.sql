-- Curated answers: of each ID the one that is or was public, and its draft.
CREATE TABLE faq (
  id          TEXT    NOT NULL,
  live        INTEGER NOT NULL, -- 0: the draft
  state       TEXT    NOT NULL,
  question    TEXT    NOT NULL,
  variants    TEXT    NOT NULL, -- JSON array
  negatives   TEXT    NOT NULL, -- JSON array
  answer      TEXT    NOT NULL,
  owner       TEXT    NOT NULL,
  valid_until TEXT    NOT NULL,
  citations   TEXT    NOT NULL, -- JSON array
  updated     TEXT    NOT NULL,
  PRIMARY KEY (id, live)
) STRICT;

-- Rises with every change of them, so that readers know when to load them again.
CREATE TABLE faq_state (
  single     INTEGER PRIMARY KEY CHECK (single = 1),
  generation INTEGER NOT NULL
) STRICT;

INSERT INTO faq_state VALUES (1, 0);
