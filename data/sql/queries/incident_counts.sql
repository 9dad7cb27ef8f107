/*
row = "an area of the level, or a virtual child above it that holds incidents, and how many were reported in the period; void ones left out"
store = "warehouse"
tables = ["incident", "area", "area_link"]
personal = false
*/
WITH seen AS (
    SELECT area_id FROM area_link WHERE ancestor_id = $scope
    INTERSECT
    SELECT area_id FROM area_link WHERE ancestor_id = $area
), subject AS (
    SELECT area_link.area_id, area_link.ancestor_id AS subject_id
    FROM area_link
    JOIN area ON area.area_id = area_link.ancestor_id
    WHERE area.level = $level
), counted AS (
    SELECT coalesce(subject.subject_id, incident.area_id) AS area_id, count(*) AS n
    FROM incident
    LEFT JOIN subject USING (area_id)
    WHERE incident.area_id IN (SELECT area_id FROM seen)
        AND incident.reported_at >= $start
        AND incident.reported_at < $end
        AND incident.state <> 'S93'
    GROUP BY ALL
)
SELECT area.area_id, area.name, area.name_en, area.level, coalesce(counted.n, 0) AS n
FROM area
LEFT JOIN counted USING (area_id)
WHERE area.area_id IN (SELECT area_id FROM seen) AND (area.level = $level OR counted.n > 0)
ORDER BY area.area_id
