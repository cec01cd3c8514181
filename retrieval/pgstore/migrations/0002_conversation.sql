CREATE TABLE session (
  id      text PRIMARY KEY,
  profile text NOT NULL,
  script  text NOT NULL,
  created timestamptz NOT NULL
);

CREATE TABLE event (
  session text   NOT NULL REFERENCES session (id),
  seq     bigint NOT NULL,
  frame   text   NOT NULL, -- JSON as it was sent
  PRIMARY KEY (session, seq)
);

CREATE TABLE turn (
  num      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session  text NOT NULL REFERENCES session (id),
  question text NOT NULL,
  answer   text NOT NULL, -- JSON
  at       timestamptz NOT NULL
);

CREATE INDEX turn_session ON turn (session, num);

CREATE TABLE feedback (
  num       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session   text NOT NULL REFERENCES session (id),
  answer_id text NOT NULL,
  rating    text NOT NULL,
  reasons   text NOT NULL, -- JSON array
  text      text NOT NULL,
  at        timestamptz NOT NULL
);

CREATE INDEX feedback_session ON feedback (session);
