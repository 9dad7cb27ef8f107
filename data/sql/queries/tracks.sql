/*
row = "a vertex of the simplified track of a worker's local day; workers NULL = all"
store = "warehouse"
tables = ["track", "worker_day", "area_link"]
personal = true
track = true
subject = "worker_id"
*/
WITH chosen AS (
    SELECT worker_id
    FROM worker_day
    WHERE day = $day
        AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
        AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
        AND ($workers::VARCHAR[] IS NULL OR list_contains($workers::VARCHAR[], worker_id))
)
SELECT worker_id, seg, fixed_at, lon, lat
FROM track
WHERE day = $day AND worker_id IN (SELECT worker_id FROM chosen)
ORDER BY worker_id, fixed_at
