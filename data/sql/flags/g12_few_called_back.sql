/*
code = "G12"
about = ["area", "unit"]
inputs = ["call_back"]
row = "incidents closed in the period (whole), those nobody said of whether they are satisfied (part), those asked (answered) and those satisfied (satisfied)"
*/
WITH answer AS (
    SELECT incident_id, bool_and(satisfied) AS satisfied
    FROM call_back
    WHERE satisfied IS NOT NULL AND called_at <= $now AND incident_id IS NOT NULL
    GROUP BY incident_id
)
SELECT
    incident.area_id,
    incident.unit_id,
    NULL::VARCHAR AS worker_id,
    count(*) FILTER (answer.incident_id IS NULL) AS part,
    count(*) AS whole,
    count(answer.incident_id) AS answered,
    count(*) FILTER (answer.satisfied) AS satisfied
FROM incident
LEFT JOIN answer USING (incident_id)
WHERE incident.closed_at >= $start AND incident.closed_at < $end AND incident.state <> 'S93'
GROUP BY ALL
