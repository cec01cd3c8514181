-- Takes the words out of the turns of session ?1; how they ended stays.
UPDATE turn SET question = '', answer = json_object(
  'status', json_extract(answer, '$.status'), 'mode', json_extract(answer, '$.mode'),
  'answer_id', json_extract(answer, '$.answer_id'), 'took_ms', json_extract(answer, '$.took_ms')
)
WHERE session = ?1 AND question <> ''
