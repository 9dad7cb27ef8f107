/*
zh = "漏报率"
en = "Missed reports"
pillar = "information"
unit = "percent"
better = "lower"
kind = "share"
version = 1
code = "W14"
inputs = ["incident", "fix"]
definition_zh = "他人（公众、热线、视频、部门等）发现的有坐标的问题中，此前 24 小时内到过该网格的网格员曾以不超过每秒 5 米从 50 米内经过的，为漏报；漏报除以漏报与网格员自报有效问题之和。"
definition_en = "Problems with a point that others found (public, hotline, cameras, departments) are missed where a worker who was in the grid came within 50 m at 5 m/s or less in the 24 hours before; missed ones, divided by those and the workers' own valid reports."
*/
WITH problem AS (
    SELECT
        incident_id, area_id, unit_id, worker_id, source, located, reported_at, lon, lat,
        timezone($zone, timezone('UTC', reported_at))::DATE AS day
    FROM incident
    WHERE reported_at >= $start
        AND reported_at < $end
        AND state NOT IN ('S92', 'S93')
        AND NOT list_contains($excluded, kind)
), watched AS (
    -- who was in the grid on the day of the report or the day before
    SELECT DISTINCT problem.incident_id, cell_day.day, cell_day.worker_id
    FROM problem
    JOIN cell_day
        ON cell_day.area_id = problem.area_id
        AND cell_day.day BETWEEN problem.day - 1 AND problem.day
    WHERE problem.source <> 'worker' AND problem.located = 'point'
), leg AS (
    SELECT
        day, worker_id, fixed_at AS starts_at, lon, lat,
        lead(fixed_at) OVER way AS ends_at, lead(lon) OVER way AS to_lon, lead(lat) OVER way AS to_lat
    FROM track
    WHERE (day, worker_id) IN (SELECT DISTINCT (day, worker_id) FROM watched)
    WINDOW way AS (PARTITION BY day, worker_id, seg ORDER BY fixed_at)
), plane AS (
    -- metres from the incident: 111195 m in a degree of the mean sphere; exact enough over 50 m
    SELECT
        problem.incident_id,
        (leg.lon - problem.lon) * 111195 * cos(radians(problem.lat)) AS x,
        (leg.lat - problem.lat) * 111195 AS y,
        (leg.to_lon - leg.lon) * 111195 * cos(radians(problem.lat)) AS east,
        (leg.to_lat - leg.lat) * 111195 AS north,
        epoch(leg.ends_at - leg.starts_at) AS seconds
    FROM watched
    JOIN problem USING (incident_id)
    JOIN leg ON leg.day = watched.day AND leg.worker_id = watched.worker_id
    WHERE leg.ends_at >= problem.reported_at - INTERVAL 24 HOUR AND leg.starts_at < problem.reported_at
), passed AS (
    SELECT DISTINCT incident_id
    FROM (
        SELECT *, least(greatest(-(x * east + y * north) / greatest(east * east + north * north, 1e-9), 0), 1) AS share
        FROM plane
        WHERE sqrt(east * east + north * north) <= 5 * seconds
    )
    WHERE sqrt(pow(x + share * east, 2) + pow(y + share * north, 2)) <= 50
)
SELECT
    problem.area_id,
    problem.unit_id,
    CASE problem.source WHEN 'worker' THEN problem.worker_id END AS worker_id,
    count(passed.incident_id) AS part,
    count(*) AS whole
FROM problem
LEFT JOIN passed USING (incident_id)
WHERE problem.source = 'worker' OR passed.incident_id IS NOT NULL
GROUP BY ALL
