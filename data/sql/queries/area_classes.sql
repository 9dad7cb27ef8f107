/*
row = "an area of any level and the urban class most households of its grids live in; grids count where no households are known"
store = "warehouse"
tables = ["area", "area_link", "area_attribute"]
personal = false
*/
WITH homes AS (
    SELECT
        area_link.ancestor_id AS area_id,
        area_attribute.urban_class,
        sum(coalesce(area_attribute.households, 0)) AS households,
        count(*) AS grids
    FROM area_attribute
    JOIN area ON area.area_id = area_attribute.area_id AND area.level = $leaf
    JOIN area_link ON area_link.area_id = area.area_id
    WHERE area_attribute.urban_class IS NOT NULL
        AND area_link.ancestor_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    GROUP BY ALL
), weighed AS (
    SELECT
        area_id,
        urban_class,
        CASE WHEN sum(households) OVER (PARTITION BY area_id) > 0 THEN households ELSE grids END AS weight
    FROM homes
)
SELECT area_id, urban_class
FROM weighed
-- of equal ones the more urban
QUALIFY row_number() OVER (
    PARTITION BY area_id
    ORDER BY weight DESC, list_position(['urban', 'town', 'rural'], urban_class) NULLS LAST, urban_class
) = 1
ORDER BY area_id
