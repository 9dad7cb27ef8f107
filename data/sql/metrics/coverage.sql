/*
zh = "巡查覆盖率"
en = "Patrol coverage"
pillar = "information"
unit = "percent"
better = "higher"
kind = "ratio"
version = 1
code = "W8"
inputs = ["area", "fix"]
definition_zh = "期内至少到过一次的百米方格数除以网格触及的百米方格数；整段时间一起算，不是各日之和。"
definition_en = "100 m cells visited at least once in the period, divided by the cells the grid touches; counted over the whole period, never a sum of days."
*/
WITH visit AS (
    SELECT area_id, count(DISTINCT (cell_x, cell_y)) AS cells
    FROM cell_day
    WHERE day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
        AND day < timezone($zone, timezone('UTC', $end::TIMESTAMP))
    GROUP BY area_id
)
SELECT
    area.area_id,
    NULL::VARCHAR AS unit_id,
    NULL::VARCHAR AS worker_id,
    coalesce(visit.cells, 0) AS part,
    area.cells AS whole
FROM area
LEFT JOIN visit USING (area_id)
WHERE area.level = $leaf
