/*
row = "an incident of one kind (or of every kind of problem: '*') reported in the period, special groups and void ones left out; its point where it has one"
store = "warehouse"
tables = ["incident", "area_link", "kind"]
personal = false
*/
SELECT
    incident.area_id,
    incident.located,
    incident.lon,
    incident.lat,
    incident.reported_at,
    incident.subkind,
    incident.source
FROM incident
JOIN kind ON kind.kind = incident.kind
WHERE incident.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND incident.reported_at >= $start
    AND incident.reported_at < $end
    AND incident.state NOT IN ('S92', 'S93')
    AND incident.kind <> 'SPG'
    AND (incident.kind = $kind OR ($kind = '*' AND kind.problem))
