/*
zh = "网格内解决率"
en = "Solved in the grid"
pillar = "governance"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "C18 N1"
inputs = ["incident"]
definition_zh = "期内上报、由网格发现、已结案或已超期的问题中，只经网格处置即结案的占比，不论是否按时。"
definition_en = "Of the problems found in a grid and reported in the period that are closed or overdue: those closed without anybody above the grid handling them, in time or not."
*/
SELECT
    area_id,
    unit_id,
    worker_id,
    count(*) FILTER (closed_at <= $now AND solved_level = $leaf AND max_level = $leaf) AS part,
    count(*) AS whole
FROM incident
WHERE reported_at >= $start
    AND reported_at < $end
    AND discovered_level = $leaf
    AND state NOT IN ('S92', 'S93', 'X3')
    AND NOT list_contains($excluded, kind)
    AND (closed_at <= $now OR deadline_at < $now)
GROUP BY ALL
