/*
row = "a bin of the same weekday in one of the eight weeks before, empty bins included; weeks before the first incident are left out"
store = "warehouse"
tables = ["incident", "area_link"]
personal = false
*/
WITH seen AS (
    SELECT area_id FROM area_link WHERE ancestor_id = $scope
    INTERSECT
    SELECT area_id FROM area_link WHERE ancestor_id = $area
), past AS (
    -- the same local clock time w weeks earlier, whatever summer time did in between
    SELECT
        w AS week,
        timezone('UTC', timezone($zone, timezone($zone, timezone('UTC', $start::TIMESTAMP)) - to_days(7 * w)))
            AS starts_at,
        timezone('UTC', timezone($zone, timezone($zone, timezone('UTC', $start::TIMESTAMP)) - to_days(7 * w - 1)))
            AS ends_at
    FROM (SELECT unnest(range(1, 9))::INTEGER AS w)
), known AS (
    SELECT *
    FROM past
    WHERE ends_at > (SELECT min(reported_at) FROM incident WHERE area_id IN (SELECT area_id FROM seen))
), counted AS (
    SELECT
        known.week,
        floor(epoch(incident.reported_at - known.starts_at) / $seconds)::BIGINT AS bin,
        count(*) AS n
    FROM known
    JOIN incident ON incident.reported_at >= known.starts_at AND incident.reported_at < known.ends_at
    WHERE incident.area_id IN (SELECT area_id FROM seen) AND incident.state <> 'S93'
    GROUP BY ALL
), bins AS (
    SELECT week, unnest(range(ceil(epoch(ends_at - starts_at) / $seconds)::BIGINT)) AS bin
    FROM known
)
SELECT bins.week, bins.bin, coalesce(counted.n, 0) AS n
FROM bins
LEFT JOIN counted USING (week, bin)
ORDER BY bins.week, bins.bin
