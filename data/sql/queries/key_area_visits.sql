/*
row = "a visit to the key area $key_area that began in the period, latest first, and who made it"
store = "warehouse"
tables = ["key_area", "key_visit", "worker", "area_link"]
personal = true
subject = "worker_id"
names = ["name"]
told = ["key_area"]
*/
SELECT worker_id, worker.name, arrived_at, left_at, seconds, n_fixes, counts
FROM key_visit
JOIN key_area USING (key_area_id)
LEFT JOIN worker USING (worker_id)
WHERE key_area_id = $key_area
    AND key_area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
    AND day <= timezone($zone, timezone('UTC', $end::TIMESTAMP))::DATE
    AND arrived_at >= $start
    AND arrived_at < $end
ORDER BY arrived_at DESC, worker_id
