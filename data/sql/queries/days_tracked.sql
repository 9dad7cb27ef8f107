/*
row = "a local day with tracks: how many workers and fixes"
store = "warehouse"
tables = ["worker_day", "area_link"]
personal = false
*/
SELECT day, count(*) AS workers, sum(fixes)::BIGINT AS fixes
FROM worker_day
WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
GROUP BY day
ORDER BY day
