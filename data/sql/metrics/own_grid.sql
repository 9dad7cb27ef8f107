/*
zh = "在岗率"
en = "In the own grid"
pillar = "information"
unit = "percent"
better = "higher"
kind = "ratio"
version = 1
code = "W7"
inputs = ["fix"]
definition_zh = "期内的有效定位中，落在本人责任区域内的占比。"
definition_en = "Of the valid fixes of the period: those inside the worker's assigned area."
*/
SELECT
    worker_day.area_id,
    worker.unit_id,
    worker_day.worker_id,
    sum(worker_day.own_fixes) AS part,
    sum(worker_day.valid_fixes) AS whole
FROM worker_day
LEFT JOIN worker USING (worker_id)
WHERE worker_day.day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
    AND worker_day.day < timezone($zone, timezone('UTC', $end::TIMESTAMP))
GROUP BY ALL
