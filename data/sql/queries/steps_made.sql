/*
row = "a step made in operations in the period, published or not; special groups are never a point"
store = "operations"
tables = ["incident"]
personal = false
*/
SELECT
    step.incident_id,
    step.stepped_at,
    step.to_state,
    incident.area_id,
    incident.worker_id,
    incident.unit_id,
    incident.severity,
    incident.kind,
    incident.subkind,
    CASE WHEN incident.kind <> 'SPG' AND incident.located = 'point' THEN incident.lon END AS lon,
    CASE WHEN incident.kind <> 'SPG' AND incident.located = 'point' THEN incident.lat END AS lat
FROM step
JOIN incident ON incident.incident_id = step.incident_id
WHERE step.stepped_at >= $start AND step.stepped_at < $end AND incident.state <> 'S93'
ORDER BY step.stepped_at, step.incident_id, step.to_state
