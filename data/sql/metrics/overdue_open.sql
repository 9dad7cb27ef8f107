/*
zh = "超期未处置数"
en = "Overdue and unhandled"
pillar = "governance"
unit = "count"
better = "lower"
kind = "count"
version = 1
code = "C9"
inputs = ["incident"]
definition_zh = "此刻已过截止时间仍未处置的事件数（不含挂账），与所选时段无关。"
definition_en = "Incidents past their deadline and unhandled at this moment, shelved ones left out, whatever period is chosen."
*/
SELECT area_id, unit_id, worker_id, count(*) AS part, NULL::BIGINT AS whole
FROM incident
WHERE deadline_at < $now
    AND reported_at <= $now
    AND (handled_at IS NULL OR handled_at > $now)
    AND state NOT IN ('S92', 'S93', 'X3')
GROUP BY ALL
