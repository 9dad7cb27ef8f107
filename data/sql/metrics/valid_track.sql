/*
zh = "有效轨迹率"
en = "Valid fixes"
pillar = "information"
unit = "percent"
better = "higher"
kind = "ratio"
version = 1
code = "W6"
inputs = ["fix"]
definition_zh = "期内收到的定位中，通过全部有效性规则的占比。"
definition_en = "Of the fixes received in the period: those that pass every validity rule."
*/
SELECT
    worker_day.area_id,
    worker.unit_id,
    worker_day.worker_id,
    sum(worker_day.valid_fixes) AS part,
    sum(worker_day.fixes) AS whole
FROM worker_day
LEFT JOIN worker USING (worker_id)
WHERE worker_day.day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
    AND worker_day.day < timezone($zone, timezone('UTC', $end::TIMESTAMP))
GROUP BY ALL
