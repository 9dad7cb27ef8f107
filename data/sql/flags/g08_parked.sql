/*
code = "G8"
about = ["area", "worker"]
inputs = ["fix"]
row = "worker-days of the period with two hours in the own grid (whole), and those that came to three cells of it at most (part)"
*/
WITH present AS (
    SELECT day, worker_id, area_id
    FROM worker_day
    WHERE day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
        AND day < timezone($zone, timezone('UTC', $end::TIMESTAMP))::DATE
        AND online_s >= 7200
        AND own_fixes >= 0.9 * valid_fixes
        AND own_fixes > 0
), visited AS (
    SELECT cell_day.day, cell_day.worker_id, count(*) AS cells
    FROM cell_day
    JOIN present USING (day, worker_id, area_id)
    GROUP BY ALL
)
SELECT
    present.area_id,
    worker.unit_id,
    present.worker_id,
    count(*) FILTER (coalesce(visited.cells, 0) <= 3) AS part,
    count(*) AS whole
FROM present
LEFT JOIN visited USING (day, worker_id)
LEFT JOIN worker USING (worker_id)
GROUP BY ALL
