/*
zh = "街镇及以下解决率"
en = "Solved by the street or below"
pillar = "governance"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "C18 ladder 3"
inputs = ["incident"]
definition_zh = "网格内解决率的阶梯：分母相同，处置最高只到网格以上第 2 级即结案的占比。"
definition_en = "The next rung above the in-grid rate: same denominator, closed with nobody handling it more than two levels above the grid."
*/
SELECT
    incident.area_id,
    incident.unit_id,
    incident.worker_id,
    count(*) FILTER (incident.closed_at <= $now AND solved.rank <= 3 AND highest.rank <= 3) AS part,
    count(*) AS whole
FROM incident
LEFT JOIN level_rank AS solved ON solved.level = incident.solved_level
LEFT JOIN level_rank AS highest ON highest.level = incident.max_level
WHERE incident.reported_at >= $start
    AND incident.reported_at < $end
    AND incident.discovered_level = $leaf
    AND incident.state NOT IN ('S92', 'S93', 'X3')
    AND NOT list_contains($excluded, incident.kind)
    AND (incident.closed_at <= $now OR incident.deadline_at < $now)
GROUP BY ALL
