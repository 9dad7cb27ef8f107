/*
zh = "返工率"
en = "Rework rate"
pillar = "governance"
unit = "percent"
better = "lower"
kind = "share"
version = 1
code = "C10"
inputs = ["incident", "incident_step"]
definition_zh = "截止时间在期内、经过核查的事件中，核查不通过而退回原单位返工过的占比，每件只计一次。"
definition_en = "Of the checked incidents due in the period: those sent back to the same unit by a failed check at least once, each counted once."
*/
SELECT
    area_id,
    unit_id,
    worker_id,
    count(*) FILTER (reworks > 0) AS part,
    count(*) AS whole
FROM incident
WHERE deadline_at >= $start
    AND deadline_at < $end
    AND state NOT IN ('S92', 'S93')
    AND checks > 0
GROUP BY ALL
