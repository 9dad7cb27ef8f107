/*
row = "a counted fix of one of $workers since the moment of its order, by worker and time; $sinces are those moments"
store = "warehouse"
tables = ["fix"]
*/
WITH sent AS (
    SELECT unnest($workers::VARCHAR[]) AS worker_id, unnest($sinces::TIMESTAMP[]) AS since
)
SELECT fix.worker_id, fix.fixed_at, fix.lon, fix.lat, fix.accuracy_m
FROM fix
JOIN sent USING (worker_id)
WHERE fix.day BETWEEN $first_day AND $last_day
    AND fix.fixed_at >= sent.since
    AND (fix.flags & $uncounted::INTEGER) = 0
ORDER BY fix.worker_id, fix.fixed_at
