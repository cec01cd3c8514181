-- What staff have set of the validity of a document; '' leaves what its page says.
CREATE TABLE ruling (
  doc_key     TEXT PRIMARY KEY,
  validity    TEXT NOT NULL,
  effective   TEXT NOT NULL,
  expires     TEXT NOT NULL,
  replaced_by TEXT NOT NULL
) STRICT;

-- What a document says of others: that they are not in force any more.
CREATE TABLE repeal (
  notice   TEXT NOT NULL, -- key of the document that says so
  title    TEXT NOT NULL,
  doc_no   TEXT NOT NULL,
  validity TEXT NOT NULL,
  PRIMARY KEY (notice, title, doc_no)
) STRICT;
