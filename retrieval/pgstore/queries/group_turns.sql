-- The questions of a group, the latest first, with what was disliked of them.
SELECT t.question, t.status, t.answer_id, t.at, t.disliked, coalesce(f.reasons, '[]'), coalesce(f.text, '')
FROM turn t LEFT JOIN feedback f ON f.num = (
  SELECT max(num) FROM feedback WHERE feedback.answer_id = t.answer_id AND feedback.rating = 'useless' AND t.answer_id <> ''
)
WHERE t.grp = $1 ORDER BY t.num DESC LIMIT $2
