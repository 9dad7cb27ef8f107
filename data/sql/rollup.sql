/*
row = "an area of the level asked for, or a virtual child above that level in which something was counted"
store = "warehouse"
tables = ["area", "area_link"]
personal = false
*/
WITH seen AS (
    SELECT area_id FROM area_link WHERE ancestor_id = $scope
    INTERSECT
    SELECT area_id FROM area_link WHERE ancestor_id = $area
), placed AS (
    -- a fact known only to be inside a higher area counts in that area's virtual child
    SELECT coalesce(virtual.area_id, metric_row.area_id) AS area_id, metric_row.part, metric_row.whole
    FROM metric_row
    LEFT JOIN area AS virtual ON virtual.area_id = metric_row.area_id || '~'
), subject AS (
    SELECT area_link.area_id, area_link.ancestor_id AS subject_id
    FROM area_link
    JOIN area ON area.area_id = area_link.ancestor_id
    WHERE area.level = $level
), counted AS (
    SELECT
        coalesce(subject.subject_id, placed.area_id) AS area_id,
        sum(placed.part)::DOUBLE AS part,
        sum(placed.whole)::DOUBLE AS whole
    FROM placed
    LEFT JOIN subject USING (area_id)
    WHERE placed.area_id IN (SELECT area_id FROM seen)
    GROUP BY ALL
)
SELECT
    area.area_id,
    area.name,
    area.name_en,
    area.level,
    counted.part,
    counted.whole
FROM area
LEFT JOIN counted USING (area_id)
WHERE area.area_id IN (SELECT area_id FROM seen) AND (area.level = $level OR counted.area_id IS NOT NULL)
ORDER BY area.area_id
