/*
row = "an area on the way from the top of the scope down to the area asked for, itself included"
store = "warehouse"
tables = ["area", "area_link"]
personal = false
*/
SELECT area.area_id, area.name, area.name_en, area.level, area_link.distance
FROM area_link
JOIN area ON area.area_id = area_link.ancestor_id
WHERE area_link.area_id = $area
    AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
ORDER BY area_link.distance DESC
