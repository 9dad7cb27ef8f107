/*
row = "where one incident of the warehouse lies and when it was reported; special groups are never a point"
store = "warehouse"
tables = ["incident", "area_link"]
personal = false
*/
SELECT
    incident_id, kind, severity, area_id, located, reported_at,
    CASE WHEN kind <> 'SPG' AND located = 'point' THEN lon END AS lon,
    CASE WHEN kind <> 'SPG' AND located = 'point' THEN lat END AS lat
FROM incident
WHERE incident_id = $incident
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
