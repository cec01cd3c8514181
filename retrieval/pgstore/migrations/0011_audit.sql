-- What was done to the collection, by whom and why, in a chain of hashes.
CREATE TABLE audit (
  seq     bigint PRIMARY KEY, -- from 1 without a gap
  at      timestamptz NOT NULL,
  actor   text NOT NULL,
  action  text NOT NULL,
  subject text NOT NULL,
  reason  text NOT NULL,
  before  text NOT NULL,
  after   text NOT NULL,
  hash    text NOT NULL
);

CREATE FUNCTION audit_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit is only added to';
END
$$;

CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_only_added_to();
