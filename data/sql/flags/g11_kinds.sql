/*
code = "G11"
about = ["area", "unit"]
inputs = ["incident"]
row = "an area or unit's incidents of one kind, reported in the period (part), and in it and the one before together (whole)"
*/
SELECT
    area_id,
    unit_id,
    NULL::VARCHAR AS worker_id,
    kind,
    count(*) FILTER (reported_at >= $start) AS part,
    count(*) AS whole
FROM incident
WHERE reported_at >= $before AND reported_at < $end AND state NOT IN ('S92', 'S93')
GROUP BY ALL
