/*
row = "an area of the level: its leaves valid on the day, and how many have a boundary, households and an urban class"
store = "warehouse"
tables = ["area", "area_link", "area_attribute"]
personal = false
*/
WITH leaf AS (
    SELECT DISTINCT area.area_id, area.geometry IS NOT NULL AS bounded,
        area_attribute.households IS NOT NULL AS counted, area_attribute.urban_class IS NOT NULL AS classed
    FROM area
    LEFT JOIN area_attribute USING (area_id)
    WHERE area.level = $leaf
        AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
        AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
        AND (area.valid_from IS NULL OR area.valid_from <= $day)
        AND (area.valid_to IS NULL OR area.valid_to > $day)
), subject AS (
    SELECT DISTINCT area_link.area_id, area_link.ancestor_id AS subject_id
    FROM area_link
    JOIN area ON area.area_id = area_link.ancestor_id
    WHERE area.level = $level
)
SELECT
    subject.subject_id AS area_id,
    count(*) AS leaves,
    count(*) FILTER (leaf.bounded) AS bounded,
    count(*) FILTER (leaf.counted) AS counted,
    count(*) FILTER (leaf.classed) AS classed
FROM leaf
JOIN subject USING (area_id)
GROUP BY ALL
ORDER BY area_id
