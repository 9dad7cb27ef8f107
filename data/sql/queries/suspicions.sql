/*
row = "a stretch of a worker's local day that a human should look at (kinds and units: data/rules.toml); other_id: whose track it is, NULL where nobody else's; workers NULL = all"
store = "warehouse"
tables = ["suspicion", "likeness", "worker_day", "area_link"]
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
), odd AS (
    SELECT day, worker_id, kind, starts_at, ends_at, NULL::VARCHAR AS other_id, measure FROM suspicion
    UNION ALL
    SELECT day, worker_id, kind, starts_at, ends_at, other_id, measure FROM likeness
)
SELECT worker_id, kind, starts_at, ends_at, other_id, measure
FROM odd
WHERE day = $day AND worker_id IN (SELECT worker_id FROM chosen)
ORDER BY worker_id, starts_at, kind, other_id
