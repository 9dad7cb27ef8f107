/*
row = "a grid, the last local day from $first_day to $last_day anybody came to any of its patrolable cells and the days since then until $last_day, the median of its cells' own days, and the cells nobody came to"
store = "warehouse"
tables = ["area", "area_link", "cell_day", "mask_cell"]
personal = false
*/
WITH fix_cell AS MATERIALIZED (
    SELECT cell_x, cell_y, wide_x, wide_y, max(day) AS day
    FROM cell_day
    WHERE day BETWEEN $first_day AND $last_day AND coalesce(n_covering, n) > 0
    GROUP BY ALL
), seen AS (
    SELECT 100 AS cell_m, cell_x, cell_y, max(day) AS day FROM fix_cell GROUP BY ALL
    UNION ALL
    SELECT 250, wide_x, wide_y, max(day) FROM fix_cell GROUP BY ALL
)
SELECT
    area.area_id,
    max(seen.day) AS last_day,
    $last_day::DATE - max(seen.day) AS days,
    median($last_day::DATE - seen.day) AS cell_days,
    count(*) FILTER (mask_cell.cell_m IS NOT NULL AND seen.day IS NULL) AS never,
    count(mask_cell.cell_m) AS cells
FROM area
LEFT JOIN mask_cell USING (area_id)
LEFT JOIN seen USING (cell_m, cell_x, cell_y)
WHERE area.level = $leaf
    AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
GROUP BY area.area_id
ORDER BY area.area_id
