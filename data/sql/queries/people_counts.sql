/*
row = "a count of people in a key area, in order of time; of several at one moment the largest"
store = "warehouse"
tables = ["key_area", "people_count", "area_link"]
personal = false
*/
SELECT key_area_id, counted_at, max(count) AS people
FROM people_count
JOIN key_area USING (key_area_id)
WHERE key_area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND key_area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
    AND ($key_area = '' OR key_area_id = $key_area)
    AND day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
    AND day <= timezone($zone, timezone('UTC', $end::TIMESTAMP))::DATE
    AND counted_at >= $start
    AND counted_at < $end
GROUP BY ALL
ORDER BY key_area_id, counted_at
