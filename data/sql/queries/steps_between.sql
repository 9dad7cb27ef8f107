/*
row = "a step of an incident in the period with what the incident is about; special groups are never a point"
store = "warehouse"
tables = ["incident", "incident_step", "area_link", "unit", "kind"]
personal = false
*/
SELECT
    incident_step.incident_id,
    incident_step.stepped_at,
    incident_step.to_state,
    unit.name AS unit_name,
    incident.area_id,
    incident.severity,
    incident.subkind,
    kind.name_zh AS kind_zh,
    kind.name_en AS kind_en,
    CASE WHEN incident.kind <> 'SPG' AND incident.located = 'point' THEN incident.lon END AS lon,
    CASE WHEN incident.kind <> 'SPG' AND incident.located = 'point' THEN incident.lat END AS lat
FROM incident_step
JOIN incident USING (incident_id)
LEFT JOIN unit ON unit.unit_id = incident_step.unit_id
LEFT JOIN kind ON kind.kind = incident.kind
WHERE incident.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND incident.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
    AND incident_step.stepped_at >= $start
    AND incident_step.stepped_at < $end
    AND incident.state <> 'S93'
ORDER BY incident_step.stepped_at, incident_step.incident_id, incident_step.to_state
