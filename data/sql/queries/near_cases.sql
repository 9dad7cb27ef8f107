/*
row = "an incident reported lately inside a box: what may be the same case, or the same place again"
store = "operations"
tables = ["incident"]
personal = false
*/
SELECT
    incident_id, source, kind, subkind, severity, title, area_id, worker_id, unit_id, state, reported_at, closed_at,
    merged_into, lon, lat
FROM incident
WHERE kind = $kind
    AND kind <> 'SPG'
    AND located = 'point'
    AND reported_at > $since
    AND lon BETWEEN $west AND $east
    AND lat BETWEEN $south AND $north
    AND incident_id <> $incident
ORDER BY reported_at, incident_id
