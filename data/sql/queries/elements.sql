/*
row = "an element class and item of an area: the newest counts of what lies in it added up, persons as they may be shown"
store = "warehouse"
tables = ["element_count", "population_shown", "area", "area_link"]
personal = false
*/
WITH seen AS (
    SELECT area_link.area_id
    FROM area_link
    JOIN area ON area.area_id = area_link.area_id
    WHERE area_link.ancestor_id = $area
        AND area_link.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
        AND (area.valid_to IS NULL OR area.valid_to > $day)
), newest AS (
    SELECT area_id, element_class, item, max(as_of) AS as_of, arg_max("count", as_of) AS n
    FROM element_count
    WHERE element_class <> 'person' AND as_of <= $day AND area_id IN (SELECT area_id FROM seen)
    GROUP BY ALL
)
SELECT
    element_class,
    item,
    min(as_of) AS as_of,
    count(*) AS areas,
    sum(n)::BIGINT AS "count",
    NULL::VARCHAR AS hidden
FROM newest
GROUP BY element_class, item
UNION ALL
SELECT 'person', substr(class, 9), as_of, NULL::BIGINT, "count", hidden
FROM population_shown
WHERE area_id = $area AND area_id IN (SELECT area_id FROM seen) AND starts_with(class, 'element:')
ORDER BY element_class, item
