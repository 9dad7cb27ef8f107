/*
code = "G4"
about = ["area", "worker"]
inputs = ["fix"]
row = "worker-days with tracks in the period (whole), and those with a phone left at one place (part)"
*/
WITH seen AS (
    SELECT DISTINCT day, worker_id FROM suspicion WHERE kind IN ('left')
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
