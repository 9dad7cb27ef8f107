/*
row = "a key area and a local day with visits that began in the period: how many count, and how long all of them lasted; nobody is named"
store = "warehouse"
tables = ["key_area", "key_visit", "area_link"]
personal = false
*/
SELECT key_area_id, day, count(*) FILTER (counts) AS visits, sum(seconds) AS seconds
FROM key_visit
JOIN key_area USING (key_area_id)
WHERE key_area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND key_area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
    AND day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
    AND day <= timezone($zone, timezone('UTC', $end::TIMESTAMP))::DATE
    AND arrived_at >= $start
    AND arrived_at < $end
GROUP BY ALL
ORDER BY key_area_id, day
