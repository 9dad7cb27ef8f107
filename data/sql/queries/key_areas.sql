/*
row = "a key area"
store = "warehouse"
tables = ["key_area", "area_link"]
personal = false
*/
SELECT key_area_id, name, kind, grade, people_limit, area_id, geometry
FROM key_area
WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
ORDER BY grade, key_area_id
