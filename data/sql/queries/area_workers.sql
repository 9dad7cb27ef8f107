/*
row = "the workers of an area and of what lies in it, as numbers: with valid fixes on the day, and in the period up to it"
store = "warehouse"
tables = ["worker_day", "area_link"]
personal = false
*/
SELECT
    count(DISTINCT worker_id) AS tracked,
    count(DISTINCT worker_id) FILTER (day = $day) AS today
FROM worker_day
WHERE day BETWEEN $first_day AND $day
    AND valid_fixes > 0
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
HAVING count(*) > 0
