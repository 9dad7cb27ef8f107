/*
row = "a silence of a worker on the local day; workers NULL = all"
store = "warehouse"
tables = ["gap", "worker_day", "area_link"]
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
SELECT worker_id, starts_at, ends_at, from_lon, from_lat, to_lon, to_lat, straight_m
FROM gap
WHERE day = $day AND worker_id IN (SELECT worker_id FROM chosen)
ORDER BY worker_id, starts_at
