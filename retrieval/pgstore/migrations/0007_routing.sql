-- The 部门通讯录, which is entered and read whole.
CREATE TABLE directory (
  single  integer PRIMARY KEY CHECK (single = 1),
  entries text NOT NULL, -- JSON array
  days    text NOT NULL  -- JSON array
);

INSERT INTO directory VALUES (1, '[]', '[]');

-- How often a rule of a list of blocked terms held a text back. Nothing is kept
-- of the text.
CREATE TABLE blocked (
  day  text   NOT NULL, -- 2006-01-02
  list text   NOT NULL,
  rule text   NOT NULL,
  hits bigint NOT NULL,
  PRIMARY KEY (day, list, rule)
);
