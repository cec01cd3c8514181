-- Whether generation is switched off for everybody: one row.
CREATE TABLE generation (
  off INTEGER NOT NULL
) STRICT;
INSERT INTO generation (off) VALUES (0);

-- Tokens of language models, by day and by who used them; '' is all together.
CREATE TABLE tokens_spent (
  day     TEXT NOT NULL, -- 2006-01-02 in China
  spender TEXT NOT NULL,
  tokens  INTEGER NOT NULL,
  PRIMARY KEY (day, spender)
) STRICT;

-- Receipts of answers, as JSON.
CREATE TABLE receipt (
  answer_id TEXT PRIMARY KEY,
  made      TEXT NOT NULL, -- RFC 3339 in UTC
  body      TEXT NOT NULL
) STRICT;
