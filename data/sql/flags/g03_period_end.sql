/*
code = "G3"
about = ["area", "worker"]
inputs = ["incident"]
row = "workers' reports of the months of the period that are over (whole), and those of the last three days of their month (part)"
*/
SELECT
    area_id,
    unit_id,
    worker_id,
    count(*) FILTER (last_day(day) - day < 3) AS part,
    count(*) AS whole
FROM (
    SELECT *, timezone($zone, timezone('UTC', reported_at))::DATE AS day
    FROM incident
    WHERE reported_at >= $start AND reported_at < least($end, $now) AND source = 'worker' AND state <> 'S93'
)
WHERE last_day(day) < timezone($zone, timezone('UTC', $now::TIMESTAMP))::DATE
GROUP BY ALL
