/*
zh = "重复发生率"
en = "Repeat rate"
pillar = "governance"
unit = "percent"
better = "lower"
kind = "share"
version = 1
code = "C15"
inputs = ["incident"]
definition_zh = "期内上报且有坐标的问题中，此前三十天内五十米以内发生过同一小类的占比。"
definition_en = "Of the problems of the period that have a point: those with another of the same kind within 50 m in the 30 days before."
*/
WITH problem AS (
    SELECT
        incident_id, area_id, unit_id, worker_id, reported_at, lon, lat,
        coalesce(subkind, kind) AS what,
        -- cells of 0.001 degree are wider than 50 m up to 63 degrees of latitude: neighbours suffice
        floor(lon * 1000)::INTEGER AS cell_x,
        floor(lat * 1000)::INTEGER AS cell_y,
        -- thirty days reach into the month before at most
        floor(epoch(reported_at) / 2592000)::INTEGER AS month
    FROM incident
    WHERE located = 'point'
        AND reported_at >= $start::TIMESTAMP - INTERVAL 30 DAY
        AND reported_at < $end
        AND state NOT IN ('S92', 'S93')
        AND NOT list_contains($excluded, kind)
), probe AS (
    SELECT problem.*, cell_x + step_x.d AS near_x, cell_y + step_y.d AS near_y, month - back.d AS near_month
    FROM
        problem,
        (VALUES (-1), (0), (1)) AS step_x(d),
        (VALUES (-1), (0), (1)) AS step_y(d),
        (VALUES (0), (1)) AS back(d)
    WHERE reported_at >= $start
), repeated AS (
    SELECT DISTINCT probe.incident_id
    FROM probe
    JOIN problem AS earlier
        ON earlier.what = probe.what
        AND earlier.cell_x = probe.near_x
        AND earlier.cell_y = probe.near_y
        AND earlier.month = probe.near_month
        AND (earlier.reported_at, earlier.incident_id) < (probe.reported_at, probe.incident_id)
        AND earlier.reported_at >= probe.reported_at - INTERVAL 30 DAY
        -- 111195 m in a degree of the mean sphere; exact enough over 50 m
        AND sqrt(
            pow((earlier.lat - probe.lat) * 111195, 2)
            + pow((earlier.lon - probe.lon) * 111195 * cos(radians(probe.lat)), 2)
        ) <= 50
)
SELECT
    problem.area_id,
    problem.unit_id,
    problem.worker_id,
    count(repeated.incident_id) AS part,
    count(*) AS whole
FROM problem
LEFT JOIN repeated USING (incident_id)
WHERE problem.reported_at >= $start
GROUP BY ALL
