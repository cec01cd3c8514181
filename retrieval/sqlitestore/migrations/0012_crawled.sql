-- What crawls have learned of each address of a site.
CREATE TABLE seen (
  site          TEXT    NOT NULL,
  address       TEXT    NOT NULL,
  doc_key       TEXT    NOT NULL, -- of the document; '' for what is none
  etag          TEXT    NOT NULL,
  last_modified TEXT    NOT NULL,
  is_list       INTEGER NOT NULL,
  links         TEXT    NOT NULL, -- JSON array of addresses
  chars         INTEGER NOT NULL,
  fetched       TEXT    NOT NULL,
  missing       TEXT    NOT NULL, -- '' while it is there
  failure       TEXT    NOT NULL,
  PRIMARY KEY (site, address)
) STRICT;

-- How the crawls of a site went: the last one, and when the last complete one ended.
CREATE TABLE crawl (
  site          TEXT    PRIMARY KEY,
  began         TEXT    NOT NULL,
  ended         TEXT    NOT NULL,
  complete      INTEGER NOT NULL,
  documents     INTEGER NOT NULL,
  failed        INTEGER NOT NULL,
  waiting       INTEGER NOT NULL,
  last_complete TEXT    NOT NULL -- '' if none has
) STRICT;

-- Who does what only one server may do at a time, and until when.
CREATE TABLE lease (
  name   TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  until  TEXT NOT NULL
) STRICT;
