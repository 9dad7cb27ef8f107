/*
row = "a grid, its 100 m cells and how many of them were visited on the local days $first_day to $last_day, both included"
store = "warehouse"
tables = ["area", "area_link", "cell_day"]
personal = false
*/
WITH visit AS (
    SELECT area_id, count(DISTINCT (cell_x, cell_y)) AS visited
    FROM cell_day
    WHERE day BETWEEN $first_day AND $last_day
    GROUP BY area_id
)
SELECT area.area_id, coalesce(visit.visited, 0) AS visited, area.cells
FROM area
LEFT JOIN visit USING (area_id)
WHERE area.level = $leaf
    AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
ORDER BY area.area_id
