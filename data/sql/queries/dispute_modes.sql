/*
row = "a way disputes that ended in the period were dealt with: how many, and how many of them with success"
store = "warehouse"
tables = ["dispute", "area_link"]
personal = false
*/
SELECT mode, count(*) AS n, count(*) FILTER (outcome = 'success') AS success
FROM dispute
WHERE ended_at >= $start
    AND ended_at < $end
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
GROUP BY mode
ORDER BY n DESC, mode
