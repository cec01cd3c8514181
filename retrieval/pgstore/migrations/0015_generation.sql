-- Whether generation is switched off for everybody: one row.
CREATE TABLE generation (
  off boolean NOT NULL
);
INSERT INTO generation (off) VALUES (false);

-- Tokens of language models, by day and by who used them; '' is all together.
CREATE TABLE tokens_spent (
  day     text NOT NULL, -- 2006-01-02 in China
  spender text NOT NULL,
  tokens  bigint NOT NULL,
  PRIMARY KEY (day, spender)
);

-- Receipts of answers, as JSON.
CREATE TABLE receipt (
  answer_id text PRIMARY KEY,
  made      text NOT NULL, -- RFC 3339 in UTC
  body      text NOT NULL
);
