-- The 部门通讯录, which is entered and read whole.
CREATE TABLE directory (
  single  INTEGER PRIMARY KEY CHECK (single = 1),
  entries TEXT NOT NULL, -- JSON array
  days    TEXT NOT NULL  -- JSON array
) STRICT;

INSERT INTO directory VALUES (1, '[]', '[]');

-- How often a rule of a list of blocked terms held a text back. Nothing is kept
-- of the text.
CREATE TABLE blocked (
  day  TEXT    NOT NULL, -- 2006-01-02
  list TEXT    NOT NULL,
  rule TEXT    NOT NULL,
  hits INTEGER NOT NULL,
  PRIMARY KEY (day, list, rule)
) STRICT, WITHOUT ROWID;
