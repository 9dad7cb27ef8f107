/*
row = "where an incident counts and the moments that decide in which months it does"
store = "warehouse"
tables = ["incident", "area_link"]
personal = false
*/
SELECT incident_id, area_id, unit_id, reported_at, deadline_at, handled_at, closed_at
FROM incident
WHERE incident_id = $incident
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
