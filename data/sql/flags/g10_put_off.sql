/*
code = "G10"
about = ["area", "unit"]
inputs = ["incident"]
row = "incidents filed in the period (whole), and those shelved now or extended (part)"
*/
SELECT
    area_id,
    unit_id,
    NULL::VARCHAR AS worker_id,
    count(*) FILTER (state = 'X3' OR extensions > 0) AS part,
    count(*) AS whole
FROM incident
WHERE filed_at >= $start AND filed_at < $end AND state NOT IN ('S92', 'S93')
GROUP BY ALL
