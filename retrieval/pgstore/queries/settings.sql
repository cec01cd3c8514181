-- For the transaction of one search:
SELECT
  -- candidates that a look into the approximate index keeps at a time,
  set_config('hnsw.ef_search', $1, true),
  -- and looks go on until the filter has let enough through: without this a
  -- strict filter finds next to nothing;
  set_config('hnsw.iterative_scan', 'relaxed_order', true),
  -- plans fit the terms and the filter asked for, never all of them alike;
  set_config('plan_cache_mode', 'force_custom_plan', true),
  -- compiling such a short query takes longer than running it.
  set_config('jit', 'off', true)
