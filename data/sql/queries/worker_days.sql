/*
row = "a worker and a local day of a period with tracks; workers NULL = all"
store = "warehouse"
tables = ["worker_day", "worker", "area_link"]
personal = true
subject = "worker_id"
*/
SELECT
    worker_day.worker_id,
    worker_day.day,
    sum(worker_day.fixes)::DOUBLE AS fixes,
    sum(worker_day.valid_fixes)::DOUBLE AS valid_fixes,
    sum(worker_day.own_fixes)::DOUBLE AS own_fixes
FROM worker_day
LEFT JOIN worker USING (worker_id)
WHERE worker_day.day BETWEEN $first_day AND $last_day
    AND coalesce(worker.area_id, worker_day.area_id) IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND ($workers::VARCHAR[] IS NULL OR list_contains($workers::VARCHAR[], worker_day.worker_id))
GROUP BY ALL
ORDER BY worker_day.worker_id, worker_day.day
