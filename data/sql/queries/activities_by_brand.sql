/*
row = "a service brand: activities of the period, people who took part, hours; NULL where no activity says"
store = "warehouse"
tables = ["activity", "area_link"]
personal = false
*/
SELECT brand, count(*) AS n, sum(participants)::BIGINT AS participants, sum(hours) AS hours
FROM activity
WHERE held_at >= $start
    AND held_at < $end
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
GROUP BY brand
ORDER BY brand
