/*
row = "a flagged fix of a worker on the local day; workers NULL = all"
store = "warehouse"
tables = ["fix", "worker_day", "area_link"]
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
SELECT
    worker_id,
    fixed_at,
    lon,
    lat,
    accuracy_m,
    -- a fix may lie in an area that is not the account's business
    CASE WHEN area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope) THEN area_id END AS area_id,
    flags
FROM fix
WHERE day = $day AND worker_id IN (SELECT worker_id FROM chosen) AND flags <> 0
ORDER BY worker_id, fixed_at
