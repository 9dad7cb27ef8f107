/*
row = "a stay of a worker on the local day; workers NULL = all"
store = "warehouse"
tables = ["stay", "worker_day", "area_link"]
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
    starts_at,
    ends_at,
    lon,
    lat,
    fixes,
    -- a stay may lie in an area that is not the account's business
    CASE WHEN area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope) THEN area_id END AS area_id
FROM stay
WHERE day = $day AND worker_id IN (SELECT worker_id FROM chosen)
ORDER BY worker_id, starts_at
