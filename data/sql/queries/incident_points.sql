/*
row = "an incident with a point of its own that is open at $now or was reported in the period; special groups are never a point"
store = "warehouse"
tables = ["incident", "area_link"]
personal = false
*/
SELECT incident_id, kind, severity, state, reported_at, deadline_at, closed_at, lon, lat, area_id
FROM incident
WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
    AND located = 'point'
    AND kind <> 'SPG'
    AND state <> 'S93'
    AND (
        (reported_at >= $start AND reported_at < $end)
        OR (reported_at <= $now AND state <> 'S92' AND (closed_at IS NULL OR closed_at > $now))
    )
ORDER BY reported_at, incident_id
