/*
row = "an incident of a kind reported in [$start, $end) inside a box: how often a place came back; never about people"
store = "warehouse"
tables = ["incident", "area_link"]
personal = false
*/
SELECT incident_id, reported_at, state, lon, lat
FROM incident
WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND kind = $kind
    AND kind <> 'SPG'
    AND located = 'point'
    AND state NOT IN ('S92', 'S93')
    AND reported_at >= $start
    AND reported_at < $end
    AND lon BETWEEN $west AND $east
    AND lat BETWEEN $south AND $north
ORDER BY reported_at, incident_id
