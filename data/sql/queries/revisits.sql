/*
row = "a grid and the median of days between one local day with a visit and the next, over all its patrolable cells, from $first_day to $last_day; NULL where no cell was visited on two days"
store = "warehouse"
tables = ["area", "area_link", "cell_day", "mask_cell"]
personal = false
*/
WITH fix_cell AS MATERIALIZED (
    SELECT DISTINCT day, cell_x, cell_y, wide_x, wide_y
    FROM cell_day
    WHERE day BETWEEN $first_day AND $last_day AND coalesce(n_covering, n) > 0
), seen AS (
    SELECT day, 100 AS cell_m, cell_x, cell_y FROM fix_cell
    UNION
    SELECT day, 250, wide_x, wide_y FROM fix_cell
), pause AS (
    SELECT area_id, day - lag(day) OVER (PARTITION BY area_id, cell_m, cell_x, cell_y ORDER BY day) AS days
    FROM mask_cell
    JOIN seen USING (cell_m, cell_x, cell_y)
    WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
        AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
)
SELECT area.area_id, median(pause.days) AS days, count(pause.days) AS n
FROM area
LEFT JOIN pause USING (area_id)
WHERE area.level = $leaf
    AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
GROUP BY area.area_id
ORDER BY area.area_id
