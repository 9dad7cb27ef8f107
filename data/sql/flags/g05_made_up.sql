/*
code = "G5"
about = ["area", "worker"]
inputs = ["fix"]
row = "worker-days with tracks in the period (whole), and those with positions no telephone measures (part)"
*/
WITH seen AS (
    SELECT DISTINCT day, worker_id FROM suspicion WHERE kind IN ('lattice', 'even_speed', 'teleport')
)
SELECT
    worker_day.area_id,
    worker.unit_id,
    worker_day.worker_id,
    count(seen.day) AS part,
    count(*) AS whole
FROM worker_day
LEFT JOIN seen USING (day, worker_id)
LEFT JOIN worker USING (worker_id)
WHERE worker_day.day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
    AND worker_day.day < timezone($zone, timezone('UTC', $end::TIMESTAMP))::DATE
GROUP BY ALL
