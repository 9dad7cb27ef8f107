/*
row = "a stretch a worker spent at a key area that began or ended in the period; workers NULL = all, in the area"
store = "warehouse"
tables = ["key_area", "key_visit", "worker", "area_link"]
personal = true
track = true
subject = "worker_id"
names = ["name"]
*/
SELECT
    key_area_id,
    key_area.name AS key_area_name,
    key_area.geometry,
    worker_id,
    worker.name,
    arrived_at,
    left_at
FROM key_visit
JOIN key_area USING (key_area_id)
LEFT JOIN worker USING (worker_id)
WHERE key_area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND key_area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
    AND ($workers::VARCHAR[] IS NULL OR list_contains($workers::VARCHAR[], worker_id))
    AND day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE - 1
    AND day <= timezone($zone, timezone('UTC', $end::TIMESTAMP))::DATE
    AND left_at >= $start
    AND arrived_at < $end
ORDER BY arrived_at, key_area_id, worker_id
