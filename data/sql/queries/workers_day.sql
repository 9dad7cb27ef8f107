/*
row = "a worker and what the local day adds up to"
store = "warehouse"
tables = ["worker_day", "worker", "area", "area_link"]
personal = true
track = true
subject = "worker_id"
names = ["name"]
*/
SELECT
    worker_day.worker_id,
    worker.name,
    worker.role,
    worker_day.area_id,
    place.name AS area_name,
    parent.name AS parent_name,
    worker_day.first_at,
    worker_day.last_at,
    worker_day.fixes,
    worker_day.valid_fixes,
    worker_day.own_fixes,
    worker_day.online_s,
    worker_day.distance_m,
    worker_day.stays,
    worker_day.gaps,
    worker_day.gap_s
FROM worker_day
LEFT JOIN worker USING (worker_id)
JOIN area AS assigned ON assigned.area_id = worker_day.area_id
JOIN area AS place
    ON place.area_id = CASE assigned.level WHEN 'unlocated' THEN assigned.parent_id ELSE assigned.area_id END
LEFT JOIN area AS parent ON parent.area_id = place.parent_id
WHERE worker_day.day = $day
    AND worker_day.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND worker_day.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
ORDER BY worker_day.worker_id
