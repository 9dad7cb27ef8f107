/*
zh = "日均骑行里程"
en = "Ridden distance a day"
pillar = "information"
unit = "km"
better = "none"
kind = "mean"
version = 1
code = "W5"
inputs = ["fix"]
definition_zh = "期内每人每个有轨迹日的骑行里程（每秒 3 米以内为步行，8.3 米以内为骑行），不计漂移和瞬移；只展示，不计分。"
definition_en = "Ridden distance per worker and tracked day (walking up to 3 m/s, riding up to 8.3 m/s), drift and jumps left out; shown, never scored."
*/
SELECT
    worker_day.area_id,
    worker.unit_id,
    worker_day.worker_id,
    sum(worker_day.ride_m) / 1000 AS part,
    count(*) AS whole
FROM worker_day
LEFT JOIN worker USING (worker_id)
WHERE worker_day.day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
    AND worker_day.day < timezone($zone, timezone('UTC', $end::TIMESTAMP))
GROUP BY ALL
