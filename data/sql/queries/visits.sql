/*
row = "a direct child of the area (the area itself where it is a grid, its virtual child where visited): rounds of the period, households visited, households there are"
store = "warehouse"
tables = ["visit", "area", "area_link", "area_attribute"]
personal = false
*/
WITH subject AS (
    SELECT area_id, name, name_en
    FROM area
    WHERE (parent_id = $area OR (area_id = $area AND level = $leaf))
        AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
), made AS (
    SELECT link.ancestor_id AS area_id, count(*) AS visits, sum(visit.households)::BIGINT AS households_visited
    FROM visit
    JOIN area_link AS link ON link.area_id = visit.area_id
    WHERE visit.visited_at >= $start AND visit.visited_at < $end
    GROUP BY ALL
), there AS (
    SELECT link.ancestor_id AS area_id, sum(area_attribute.households)::BIGINT AS households
    FROM area_attribute
    JOIN area_link AS link ON link.area_id = area_attribute.area_id
    JOIN area ON area.area_id = area_attribute.area_id AND area.level = $leaf
    GROUP BY ALL
)
SELECT
    subject.area_id,
    subject.name,
    subject.name_en,
    coalesce(made.visits, 0) AS visits,
    coalesce(made.households_visited, 0) AS households_visited,
    there.households
FROM subject
LEFT JOIN made USING (area_id)
LEFT JOIN there USING (area_id)
WHERE there.households IS NOT NULL OR made.visits > 0
ORDER BY subject.area_id
