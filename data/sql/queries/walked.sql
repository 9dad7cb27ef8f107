/*
row = "five minutes of a local day, counted from its midnight, and the metres everybody in the area walked in them"
store = "warehouse"
tables = ["track", "worker_day", "area_link"]
personal = true
kept = true
subject = "area_id"
*/
WITH chosen AS (
    SELECT worker_id
    FROM worker_day
    WHERE day = $day
        AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
        AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
), vertex AS (
    SELECT worker_id, seg, (epoch_us(fixed_at) - epoch_us($start::TIMESTAMP)) / 1e6 AS second, lon, lat
    FROM track
    WHERE day = $day AND worker_id IN (SELECT worker_id FROM chosen)
), leg AS (  -- walked evenly
    SELECT
        lag(second) OVER way AS since_s,
        second AS until_s,
        radians(sqrt(
            pow((lon - lag(lon) OVER way) * cos(radians((lat + lag(lat) OVER way) / 2)), 2)
            + pow(lat - lag(lat) OVER way, 2)
        )) * 6371008.8 AS metres  -- mean radius (IUGG)
    FROM vertex
    WINDOW way AS (PARTITION BY worker_id, seg ORDER BY second)
), cut AS (
    SELECT
        *,
        unnest(range(floor(since_s / 300)::BIGINT, greatest(ceil(until_s / 300), floor(since_s / 300) + 1)::BIGINT)) AS bin
    FROM leg
    WHERE metres > 0
)
SELECT
    $area AS area_id,
    bin,
    sum(metres * CASE
        WHEN until_s > since_s THEN (least(until_s, 300 * bin + 300) - greatest(since_s, 300 * bin)) / (until_s - since_s)
        ELSE 1
    END) AS metres
FROM cut
GROUP BY bin
ORDER BY bin
