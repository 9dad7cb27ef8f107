/*
row = "a 100 m cell of the metric CRS and how many fixes fell into it on the local days from $start up to, not including, $end"
store = "warehouse"
tables = ["cell_day", "area_link"]
personal = false
*/
SELECT cell_x, cell_y, sum(n)::BIGINT AS n
FROM cell_day
WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
    AND day >= $start::DATE
    AND day < $end::DATE
GROUP BY cell_x, cell_y
ORDER BY cell_x, cell_y
