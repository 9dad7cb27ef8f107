/*
row = "a kind of incident and how many were reported in the period; void ones left out"
store = "warehouse"
tables = ["incident", "area_link", "kind"]
personal = false
*/
SELECT incident.kind, any_value(kind.name_zh) AS kind_zh, any_value(kind.name_en) AS kind_en, count(*) AS n
FROM incident
LEFT JOIN kind USING (kind)
WHERE incident.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND incident.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
    AND incident.reported_at >= $start
    AND incident.reported_at < $end
    AND incident.state <> 'S93'
GROUP BY incident.kind
ORDER BY n DESC, incident.kind
