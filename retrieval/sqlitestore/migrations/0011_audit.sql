-- What was done to the collection, by whom and why, in a chain of hashes.
CREATE TABLE audit (
  seq     INTEGER PRIMARY KEY, -- from 1 without a gap
  at      TEXT NOT NULL,
  actor   TEXT NOT NULL,
  action  TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason  TEXT NOT NULL,
  before  TEXT NOT NULL,
  after   TEXT NOT NULL,
  hash    TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;
