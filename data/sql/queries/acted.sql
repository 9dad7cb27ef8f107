/*
row = "an incident an account has made a step of"
store = "operations"
tables = ["incident"]
personal = false
*/
SELECT DISTINCT incident.incident_id, incident.area_id, incident.worker_id, incident.unit_id
FROM step
JOIN incident ON incident.incident_id = step.incident_id
WHERE step.account = $account AND (incident.closed_at IS NULL OR incident.closed_at > $since)
