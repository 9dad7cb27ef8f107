/*
row = "an incident merged into another one"
store = "operations"
tables = ["incident"]
personal = false
*/
SELECT incident_id, source, kind, subkind, severity, title, area_id, worker_id, unit_id, reported_at, closed_at
FROM incident
WHERE merged_into = $incident
ORDER BY reported_at, incident_id
