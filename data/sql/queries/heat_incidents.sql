/*
row = "a point and how many problems were reported there in the period; work items, rejected and void cases and special groups left out"
store = "warehouse"
tables = ["incident", "area_link"]
personal = false
*/
SELECT lon, lat, count(*) AS n
FROM incident
WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
    AND located = 'point'
    AND reported_at >= $start
    AND reported_at < $end
    AND state NOT IN ('S92', 'S93')
    AND kind <> 'SPG'
    AND NOT list_contains($excluded, kind)
GROUP BY lon, lat
ORDER BY lon, lat
