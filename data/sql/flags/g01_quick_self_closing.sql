/*
code = "G1"
about = ["area", "worker"]
inputs = ["incident"]
row = "workers' reports of the period (whole), and those settled by the worker within two minutes of the report (part)"
*/
SELECT
    area_id,
    unit_id,
    worker_id,
    count(*) FILTER (state = 'S91' AND closed_at <= least(reported_at + INTERVAL 2 MINUTE, $now)) AS part,
    count(*) AS whole
FROM incident
WHERE reported_at >= $start AND reported_at < $end AND source = 'worker' AND state <> 'S93'
GROUP BY ALL
