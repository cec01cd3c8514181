-- What is counted of a turn, beside its JSON; grp is 0 while it is in no group.
ALTER TABLE turn ADD COLUMN answer_id TEXT NOT NULL DEFAULT '';
ALTER TABLE turn ADD COLUMN status TEXT NOT NULL DEFAULT '';
ALTER TABLE turn ADD COLUMN took_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE turn ADD COLUMN office TEXT NOT NULL DEFAULT '';
ALTER TABLE turn ADD COLUMN day TEXT NOT NULL DEFAULT ''; -- 2006-01-02 in China
ALTER TABLE turn ADD COLUMN disliked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE turn ADD COLUMN grp INTEGER NOT NULL DEFAULT 0;

UPDATE turn SET
  answer_id = coalesce(json_extract(answer, '$.answer_id'), ''),
  status = coalesce(json_extract(answer, '$.status'), ''),
  took_ms = coalesce(json_extract(answer, '$.took_ms'), 0),
  office = coalesce(json_extract(answer, '$.citations[0].publisher'), ''),
  day = date(at, '+8 hours');
UPDATE turn SET disliked = 1 WHERE answer_id IN (SELECT answer_id FROM feedback WHERE rating = 'useless' AND answer_id <> '');

CREATE INDEX turn_day ON turn (day, grp, status, disliked);
CREATE INDEX turn_group ON turn (grp, num);
CREATE INDEX turn_answer ON turn (answer_id);
CREATE INDEX turn_ungrouped ON turn (num) WHERE grp = 0;
CREATE INDEX feedback_answer ON feedback (answer_id);

-- Questions that ask for the same thing.
CREATE TABLE question_group (
  id       INTEGER PRIMARY KEY,
  question TEXT NOT NULL -- the one that began it
) STRICT;
