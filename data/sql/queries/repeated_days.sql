/*
row = "a worker whose track of the local day $day has most of its turning points, to the metre, in common with a track of an earlier day from $first_day on, and whose; people never walk the same way to the metre"
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
), turn AS (
    SELECT DISTINCT day, worker_id, round(lon, 5) AS lon, round(lat, 5) AS lat
    FROM track
    WHERE day BETWEEN $first_day AND $day
), today AS (
    SELECT worker_id, lon, lat, count(*) OVER (PARTITION BY worker_id) AS turns
    FROM turn
    WHERE day = $day AND worker_id IN (SELECT worker_id FROM chosen)
)
SELECT
    today.worker_id,
    turn.day AS earlier_day,
    turn.worker_id AS other_id,
    count(*) AS shared,
    any_value(today.turns) AS turns
FROM today
JOIN turn USING (lon, lat)
WHERE turn.day < $day AND today.turns >= 20
GROUP BY ALL
HAVING count(*) >= 0.5 * any_value(today.turns)
ORDER BY today.worker_id, earlier_day, other_id
