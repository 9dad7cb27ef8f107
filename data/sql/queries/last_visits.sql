/*
row = "a patrolable cell, the last local day from $first_day to $last_day anybody came to it on foot or slowly, and the days since then until $last_day; both NULL: nobody did"
store = "warehouse"
tables = ["area_link", "cell_day", "mask_cell"]
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
SELECT area_id, cell_m, cell_x, cell_y, seen.day AS last_day, $last_day::DATE - seen.day AS days
FROM mask_cell
LEFT JOIN seen USING (cell_m, cell_x, cell_y)
WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
ORDER BY area_id, cell_m, cell_x, cell_y
