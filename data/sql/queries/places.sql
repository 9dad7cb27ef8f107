/*
row = "a place of the grid-plus overlays"
store = "warehouse"
tables = ["place", "area_link"]
personal = false
*/
SELECT place_id, kind, name, lon, lat, area_id
FROM place
WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
ORDER BY place_id
