/*
zh = "网格内及时解决率"
en = "Solved in the grid, in time"
pillar = "governance"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "C18 N2"
inputs = ["incident"]
reference = "reference_rate"
definition_zh = "期内上报、由网格发现、已结案或已超期的问题中，只经网格处置并在截止时间前结案（或当场自行处置）的占比；不含不予受理、作废、挂账和信息采集类。"
definition_en = "Of the problems found in a grid and reported in the period that are closed or overdue: those handled by nobody above the grid and closed by their deadline, or settled on the spot; rejected, void and shelved cases and work items are left out."
*/
SELECT
    area_id,
    unit_id,
    worker_id,
    count(*) FILTER (
        closed_at <= $now
        AND solved_level = $leaf
        AND max_level = $leaf
        -- solved on the spot before any deadline was set
        AND (closed_at <= deadline_at OR (state = 'S91' AND deadline_at IS NULL))
    ) AS part,
    count(*) AS whole
FROM incident
WHERE reported_at >= $start
    AND reported_at < $end
    AND discovered_level = $leaf
    AND state NOT IN ('S92', 'S93', 'X3')
    AND NOT list_contains($excluded, kind)
    AND (closed_at <= $now OR deadline_at < $now)
GROUP BY ALL
