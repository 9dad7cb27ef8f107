/*
zh = "结案率"
en = "Closed"
pillar = "governance"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "C6"
inputs = ["incident"]
definition_zh = "截止时间在期内、应处置（已处置或已超期未处置，不含挂账）的事件中，已结案的占比，不论是否按期。"
definition_en = "Of the incidents due in the period that should be handled (handled, or overdue and unhandled; shelved left out): those closed, in time or late."
*/
SELECT
    area_id,
    unit_id,
    worker_id,
    count(*) FILTER (closed_at <= $now) AS part,
    count(*) AS whole
FROM incident
WHERE deadline_at >= $start
    AND deadline_at < $end
    AND state NOT IN ('S92', 'S93', 'X3')
    AND (handled_at <= $now OR deadline_at < $now)
GROUP BY ALL
