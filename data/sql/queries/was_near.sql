/*
row = "a worker with a counted fix inside the circle from $start up to, not including, $end: how near, when, and how long"
store = "warehouse"
tables = ["cell_day", "fix", "worker", "worker_day", "area_link"]
personal = true
track = true
subject = "worker_id"
names = ["name"]
told = ["lon", "lat", "radius_m"]
*/
-- Fixes are sorted by worker, so that a circle means nothing to their files: the cells of the days say whose to read.
-- $uncounted: flags of fixes that prove nothing; $silent: a longer pause between two fixes counts this many seconds.
WITH passed AS MATERIALIZED (
    SELECT DISTINCT worker_id
    FROM cell_day
    WHERE day BETWEEN $first_day AND $last_day
        AND cell_x BETWEEN $cell_west AND $cell_east
        AND cell_y BETWEEN $cell_south AND $cell_north
), chosen AS MATERIALIZED (
    SELECT DISTINCT worker_day.worker_id, worker_day.day
    FROM worker_day
    JOIN passed USING (worker_id)
    WHERE worker_day.day BETWEEN $first_day AND $last_day
        AND worker_day.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
), seen AS (
    SELECT
        fix.worker_id,
        fix.fixed_at,
        fix.accuracy_m,
        2 * 6371008.8 * asin(sqrt(least(1.0,
            pow(sin(radians(fix.lat - $lat::DOUBLE) / 2), 2)
            + cos(radians($lat::DOUBLE)) * cos(radians(fix.lat)) * pow(sin(radians(fix.lon - $lon::DOUBLE) / 2), 2)
        ))) AS distance_m
    FROM fix
    JOIN chosen USING (worker_id, day)
    WHERE fix.day BETWEEN $first_day AND $last_day
        AND fix.fixed_at >= $start
        AND fix.fixed_at < $end
        AND (fix.flags & $uncounted::INTEGER) = 0
), timed AS (
    SELECT
        *,
        lead(fixed_at) OVER way AS next_at,
        lead(distance_m) OVER way AS next_m
    FROM seen
    WINDOW way AS (PARTITION BY worker_id ORDER BY fixed_at)
), near AS (
    SELECT
        worker_id,
        min({'m': distance_m, 'at': fixed_at, 'accuracy_m': accuracy_m}) AS nearest,
        min(fixed_at) AS first_at,
        max(fixed_at) AS last_at,
        coalesce(sum(least(date_diff('millisecond', fixed_at, next_at) / 1000.0, $silent::DOUBLE))
            FILTER (next_m <= $radius_m::DOUBLE), 0.0) AS inside_s,
        count(*) AS fixes
    FROM timed
    WHERE distance_m <= $radius_m::DOUBLE
    GROUP BY worker_id
)
SELECT
    near.worker_id,
    worker.name,
    worker.role,
    worker.area_id,
    near.nearest.m AS nearest_m,
    near.nearest.at AS nearest_at,
    near.nearest.accuracy_m AS accuracy_m,
    near.inside_s / 60 AS inside_min,
    near.first_at,
    near.last_at,
    near.fixes
FROM near
LEFT JOIN worker USING (worker_id)
ORDER BY nearest_m, near.worker_id
