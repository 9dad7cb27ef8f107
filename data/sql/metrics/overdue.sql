/*
zh = "超期率"
en = "Overdue share"
pillar = "governance"
unit = "percent"
better = "lower"
kind = "share"
version = 1
code = "C8"
inputs = ["incident"]
definition_zh = "截止时间在期内、应处置（已处置或已超期未处置，不含挂账）的事件中，超过截止时间才处置或仍未处置的占比。"
definition_en = "Of the incidents due in the period that should be handled (handled, or overdue and unhandled; shelved left out): those handled late or still not handled."
*/
SELECT
    area_id,
    unit_id,
    worker_id,
    count(*) FILTER (handled_at IS NULL OR handled_at > least(deadline_at, $now)) AS part,
    count(*) AS whole
FROM incident
WHERE deadline_at >= $start
    AND deadline_at < $end
    AND state NOT IN ('S92', 'S93', 'X3')
    AND (handled_at <= $now OR deadline_at < $now)
GROUP BY ALL
