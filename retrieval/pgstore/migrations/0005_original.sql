-- The file that a version was read from, kept where pictures of its pages can
-- be shown. It goes with its document.
CREATE TABLE original (
  doc        bigint PRIMARY KEY REFERENCES document (num) ON DELETE CASCADE,
  recognised text   NOT NULL -- JSON: the pages whose text was read from their picture
);

-- Its bytes, cut in pieces so that none has to be held whole. They are
-- compressed already.
CREATE TABLE original_part (
  doc  bigint  NOT NULL REFERENCES original (doc) ON DELETE CASCADE,
  part integer NOT NULL,
  data bytea   NOT NULL,
  PRIMARY KEY (doc, part)
);

ALTER TABLE original_part ALTER COLUMN data SET STORAGE EXTERNAL;
