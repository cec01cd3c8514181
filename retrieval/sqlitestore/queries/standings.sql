-- Groups with questions from day ?1 to ?2 that have the need ?3 ('' any, 'all'
-- every question), those asked most first.
SELECT g.id, g.question, count(*), sum(t.status = 'no_answer'), sum(t.status = 'clarify'), sum(t.disliked), max(t.day)
FROM turn t JOIN question_group g ON g.id = t.grp
WHERE t.day BETWEEN ?1 AND ?2 AND CASE ?3
  WHEN 'all' THEN 1
  WHEN 'disliked' THEN t.disliked
  WHEN '' THEN t.disliked OR t.status IN ('no_answer', 'clarify')
  ELSE t.status = ?3 END
GROUP BY g.id ORDER BY count(*) DESC, g.id LIMIT ?4 OFFSET ?5
