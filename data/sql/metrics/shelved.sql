/*
zh = "挂账率"
en = "Shelved of those open"
pillar = "governance"
unit = "percent"
better = "lower"
kind = "share"
version = 1
code = "C13 b"
inputs = ["incident", "incident_step"]
definition_zh = "此刻未结案的事件中，处于挂账状态的占比，与所选时段无关。"
definition_en = "Of the incidents open at this moment: those that are shelved, whatever period is chosen."
*/
SELECT
    area_id,
    unit_id,
    worker_id,
    count(*) FILTER (state = 'X3') AS part,
    count(*) AS whole
FROM incident
WHERE reported_at <= $now
    AND state NOT IN ('S92', 'S93')
    AND (closed_at IS NULL OR closed_at > $now)
GROUP BY ALL
