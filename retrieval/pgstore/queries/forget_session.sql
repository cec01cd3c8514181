-- Takes the words out of the turns of session $1; how they ended stays.
UPDATE turn SET question = '', answer = json_build_object(
  'status', answer::json ->> 'status', 'mode', answer::json ->> 'mode',
  'answer_id', answer::json ->> 'answer_id', 'took_ms', (answer::json ->> 'took_ms')::bigint
)::text
WHERE session = $1 AND question <> ''
