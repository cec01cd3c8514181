-- What is counted of a turn, beside its JSON; grp is 0 while it is in no group.
ALTER TABLE turn
  ADD COLUMN answer_id text    NOT NULL DEFAULT '',
  ADD COLUMN status    text    NOT NULL DEFAULT '',
  ADD COLUMN took_ms   bigint  NOT NULL DEFAULT 0,
  ADD COLUMN office    text    NOT NULL DEFAULT '',
  ADD COLUMN day       text    NOT NULL DEFAULT '', -- 2006-01-02 in China
  ADD COLUMN disliked  boolean NOT NULL DEFAULT false,
  ADD COLUMN grp       bigint  NOT NULL DEFAULT 0;

UPDATE turn SET
  answer_id = coalesce(answer::jsonb ->> 'answer_id', ''),
  status = coalesce(answer::jsonb ->> 'status', ''),
  took_ms = coalesce((answer::jsonb ->> 'took_ms')::bigint, 0),
  office = coalesce(answer::jsonb -> 'citations' -> 0 ->> 'publisher', ''),
  day = to_char(at AT TIME ZONE 'UTC' + interval '8 hours', 'YYYY-MM-DD');
UPDATE turn SET disliked = true WHERE answer_id IN (SELECT answer_id FROM feedback WHERE rating = 'useless' AND answer_id <> '');

CREATE INDEX turn_day ON turn (day, grp, status, disliked);
CREATE INDEX turn_group ON turn (grp, num);
CREATE INDEX turn_answer ON turn (answer_id);
CREATE INDEX turn_ungrouped ON turn (num) WHERE grp = 0;
CREATE INDEX feedback_answer ON feedback (answer_id);

-- Questions that ask for the same thing.
CREATE TABLE question_group (
  id       bigint PRIMARY KEY,
  question text NOT NULL -- the one that began it
);
