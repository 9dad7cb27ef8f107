/*
zh = "巡查覆盖率"
en = "Patrol coverage"
pillar = "information"
unit = "percent"
better = "higher"
kind = "ratio"
version = 2
code = "W8"
inputs = ["area", "fix"]
definition_zh = "期内至少有人以不超过每秒 5 米的速度到过一次的可巡查方格数除以全部可巡查方格数；城镇网格的方格为 100 米，乡村为 250 米，水面不计；整段时间一起算，不是各日之和。"
definition_en = "Patrolable cells somebody came to at 5 m/s or less at least once in the period, divided by all of them; cells of 100 m in urban grids and towns, 250 m in rural ones, water left out; counted over the whole period, never a sum of days."
*/
WITH small AS (
    SELECT DISTINCT cell_x, cell_y
    FROM cell_day
    WHERE day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
        AND day < timezone($zone, timezone('UTC', $end::TIMESTAMP))
        AND coalesce(n_covering, n) > 0
), wide AS (
    SELECT DISTINCT wide_x, wide_y
    FROM cell_day
    WHERE day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
        AND day < timezone($zone, timezone('UTC', $end::TIMESTAMP))
        AND coalesce(n_covering, n) > 0
        AND EXISTS (SELECT 1 FROM mask_cell WHERE cell_m = 250)
), visit AS (
    SELECT 100 AS cell_m, cell_x, cell_y FROM small
    UNION ALL
    SELECT 250, wide_x, wide_y FROM wide
)
SELECT
    area.area_id,
    NULL::VARCHAR AS unit_id,
    NULL::VARCHAR AS worker_id,
    count(visit.cell_m) AS part,
    count(mask_cell.cell_m) AS whole
FROM area
LEFT JOIN mask_cell USING (area_id)
LEFT JOIN visit USING (cell_m, cell_x, cell_y)
WHERE area.level = $leaf
GROUP BY area.area_id
