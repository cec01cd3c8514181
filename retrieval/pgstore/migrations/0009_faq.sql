-- Curated answers: of each ID the one that is or was public, and its draft.
CREATE TABLE faq (
  id          text    NOT NULL COLLATE "C",
  live        boolean NOT NULL, -- false: the draft
  state       text    NOT NULL,
  question    text    NOT NULL,
  variants    text    NOT NULL, -- JSON array
  negatives   text    NOT NULL, -- JSON array
  answer      text    NOT NULL,
  owner       text    NOT NULL,
  valid_until text    NOT NULL,
  citations   text    NOT NULL, -- JSON array
  updated     text    NOT NULL,
  PRIMARY KEY (id, live)
);

-- Rises with every change of them, so that readers know when to load them again.
CREATE TABLE faq_state (
  single     boolean PRIMARY KEY CHECK (single),
  generation bigint  NOT NULL
);

INSERT INTO faq_state VALUES (true, 0);
