/*
row = "a grid, its patrolable cells and how many of them were visited on the local days $first_day to $last_day, both included"
store = "warehouse"
tables = ["area", "area_link", "cell_day", "mask_cell"]
personal = false
*/
WITH small AS (
    SELECT DISTINCT cell_x, cell_y
    FROM cell_day
    WHERE day BETWEEN $first_day AND $last_day AND coalesce(n_covering, n) > 0
), wide AS (
    SELECT DISTINCT wide_x, wide_y
    FROM cell_day
    WHERE day BETWEEN $first_day AND $last_day AND coalesce(n_covering, n) > 0
        AND EXISTS (SELECT 1 FROM mask_cell WHERE cell_m = 250)
), seen AS (
    SELECT 100 AS cell_m, cell_x, cell_y FROM small
    UNION ALL
    SELECT 250, wide_x, wide_y FROM wide
)
SELECT area.area_id, count(seen.cell_m) AS visited, count(mask_cell.cell_m) AS cells
FROM area
LEFT JOIN mask_cell USING (area_id)
LEFT JOIN seen USING (cell_m, cell_x, cell_y)
WHERE area.level = $leaf
    AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
GROUP BY area.area_id
ORDER BY area.area_id
