/*
row = "a step of one incident, oldest first"
store = "warehouse"
tables = ["incident", "incident_step", "area_link", "unit"]
personal = false
*/
SELECT
    incident_step.incident_id,
    incident_step.stepped_at,
    incident_step.from_state,
    incident_step.to_state,
    incident_step.unit_id,
    unit.name AS unit_name,
    incident_step.level,
    incident_step.actor_role,
    incident_step.deadline_at,
    incident_step.reason
FROM incident_step
JOIN incident USING (incident_id)
LEFT JOIN unit ON unit.unit_id = incident_step.unit_id
WHERE incident_step.incident_id = $incident_id
    AND incident.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
ORDER BY incident_step.stepped_at, incident_step.to_state, incident_step.step_id
