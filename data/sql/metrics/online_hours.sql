/*
zh = "日均在线时长"
en = "Online hours a day"
pillar = "information"
unit = "hours"
better = "none"
kind = "mean"
version = 1
code = "W3"
inputs = ["fix"]
definition_zh = "期内每人每个有轨迹日的在线小时数，相邻定位的间隔最多计五分钟。"
definition_en = "Online hours per worker and tracked day, each silence between two fixes counted for at most five minutes."
*/
SELECT
    worker_day.area_id,
    worker.unit_id,
    worker_day.worker_id,
    sum(worker_day.online_s) / 3600 AS part,
    count(*) AS whole
FROM worker_day
LEFT JOIN worker USING (worker_id)
WHERE worker_day.day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
    AND worker_day.day < timezone($zone, timezone('UTC', $end::TIMESTAMP))
GROUP BY ALL
