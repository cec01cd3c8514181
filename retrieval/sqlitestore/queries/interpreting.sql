-- The current 政策解读 whose titles name the title ?1.
SELECT id, key, title
FROM document
WHERE state = 'current' AND kind = '解读' AND instr(title, '《' || ?1 || '》') > 0 AND ?1 <> ''
ORDER BY title, key
