/*
row = "a camera"
store = "warehouse"
tables = ["camera", "area_link"]
personal = false
*/
SELECT camera_id, name, lon, lat, state, heading_deg, view_deg, area_id
FROM camera
WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
ORDER BY camera_id
