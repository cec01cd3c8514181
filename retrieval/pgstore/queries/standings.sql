-- Groups with questions from day $1 to $2 that have the need $3 ('' any, 'all'
-- every question), those asked most first.
SELECT g.id, g.question, count(*), count(*) FILTER (WHERE t.status = 'no_answer'), count(*) FILTER (WHERE t.status = 'clarify'),
  count(*) FILTER (WHERE t.disliked), max(t.day)
FROM turn t JOIN question_group g ON g.id = t.grp
WHERE t.day BETWEEN $1 AND $2 AND CASE $3::text
  WHEN 'all' THEN true
  WHEN 'disliked' THEN t.disliked
  WHEN '' THEN t.disliked OR t.status IN ('no_answer', 'clarify')
  ELSE t.status = $3::text END
GROUP BY g.id ORDER BY count(*) DESC, g.id LIMIT $4 OFFSET $5
