/*
zh = "日均巡查时长"
en = "Patrol hours a day"
pillar = "information"
unit = "hours"
better = "none"
kind = "mean"
version = 1
code = "W4"
inputs = ["fix"]
definition_zh = "期内每人每个有轨迹日在责任区域内的在线小时数，相邻定位的间隔最多计五分钟，停留二十分钟以上的不计；只展示，不计分。"
definition_en = "Hours online inside the assigned area per worker and tracked day, each silence counted for at most five minutes, stays of more than twenty minutes left out; shown, never scored."
*/
SELECT
    worker_day.area_id,
    worker.unit_id,
    worker_day.worker_id,
    sum(worker_day.patrol_s) / 3600 AS part,
    count(*) AS whole
FROM worker_day
LEFT JOIN worker USING (worker_id)
WHERE worker_day.day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
    AND worker_day.day < timezone($zone, timezone('UTC', $end::TIMESTAMP))
GROUP BY ALL
