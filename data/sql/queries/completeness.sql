/*
row = "an area of the level (or a virtual child above it), a data set and a month: local days with rows, how many rows, and the data set's first day anywhere"
store = "warehouse"
tables = ["area", "area_link", "cell_day", "incident", "incident_step"]
personal = false
*/
WITH told AS (
    SELECT 'fix' AS dataset, area_id, day, sum(n)::BIGINT AS n
    FROM cell_day
    WHERE day <= $last_day
    GROUP BY ALL
    UNION ALL
    SELECT 'incident', area_id, timezone($zone, timezone('UTC', reported_at))::DATE AS day, count(*)
    FROM incident
    WHERE timezone($zone, timezone('UTC', reported_at))::DATE <= $last_day
    GROUP BY ALL
    UNION ALL
    SELECT 'incident_step', incident.area_id, incident_step.day, count(*)
    FROM incident_step
    JOIN incident USING (incident_id)
    WHERE incident_step.day <= $last_day
    GROUP BY ALL
), since AS (
    SELECT dataset, min(day) AS since FROM told GROUP BY dataset
), seen AS (
    SELECT area_id FROM area_link WHERE ancestor_id = $scope
    INTERSECT
    SELECT area_id FROM area_link WHERE ancestor_id = $area
), subject AS (
    SELECT area_link.area_id, area_link.ancestor_id AS subject_id
    FROM area_link
    JOIN area ON area.area_id = area_link.ancestor_id
    WHERE area.level = $level
    GROUP BY ALL
)
SELECT
    coalesce(subject.subject_id, told.area_id) AS area_id,
    told.dataset,
    date_trunc('month', told.day)::DATE AS month,
    count(DISTINCT told.day) AS days,
    sum(told.n)::BIGINT AS n,
    since.since
FROM told
JOIN since USING (dataset)
LEFT JOIN subject USING (area_id)
WHERE told.area_id IN (SELECT area_id FROM seen) AND told.day >= $first_day
GROUP BY ALL
ORDER BY area_id, dataset, month
