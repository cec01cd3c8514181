-- What staff have set of the validity of a document; '' leaves what its page says.
CREATE TABLE ruling (
  doc_key     text PRIMARY KEY,
  validity    text NOT NULL,
  effective   text NOT NULL,
  expires     text NOT NULL,
  replaced_by text NOT NULL
);

-- What a document says of others: that they are not in force any more.
CREATE TABLE repeal (
  notice   text NOT NULL COLLATE "C", -- key of the document that says so
  title    text NOT NULL COLLATE "C",
  doc_no   text NOT NULL COLLATE "C",
  validity text NOT NULL,
  PRIMARY KEY (notice, title, doc_no)
);
