-- What crawls have learned of each address of a site.
CREATE TABLE seen (
  site          text    NOT NULL,
  address       text    NOT NULL COLLATE "C",
  doc_key       text    NOT NULL, -- of the document; '' for what is none
  etag          text    NOT NULL,
  last_modified text    NOT NULL,
  is_list       boolean NOT NULL,
  links         text[]  NOT NULL,
  chars         integer NOT NULL,
  fetched       timestamptz NOT NULL,
  missing       timestamptz, -- NULL while it is there
  failure       text    NOT NULL,
  PRIMARY KEY (site, address)
);

-- How the crawls of a site went: the last one, and when the last complete one ended.
CREATE TABLE crawl (
  site          text    PRIMARY KEY COLLATE "C",
  began         timestamptz NOT NULL,
  ended         timestamptz NOT NULL,
  complete      boolean NOT NULL,
  documents     integer NOT NULL,
  failed        integer NOT NULL,
  waiting       integer NOT NULL,
  last_complete timestamptz -- NULL if none has
);

-- Who does what only one server may do at a time, and until when.
CREATE TABLE lease (
  name   text PRIMARY KEY,
  holder text NOT NULL,
  until  timestamptz NOT NULL
);
