/*
code = "G7"
about = ["area", "worker"]
inputs = ["fix"]
row = "worker-days of the period with a way of at least a kilometre (whole), and those ridden for more than half of it (part)"
*/
SELECT
    worker_day.area_id,
    worker.unit_id,
    worker_day.worker_id,
    count(*) FILTER (worker_day.ride_m > worker_day.distance_m / 2) AS part,
    count(*) AS whole
FROM worker_day
LEFT JOIN worker USING (worker_id)
WHERE worker_day.day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
    AND worker_day.day < timezone($zone, timezone('UTC', $end::TIMESTAMP))::DATE
    AND worker_day.distance_m >= 1000
    AND worker_day.ride_m IS NOT NULL
GROUP BY ALL
