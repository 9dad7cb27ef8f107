/*
row = "a place of the grid-plus overlays in an area, with its grid and the place it shares its rooms with"
store = "warehouse"
tables = ["place", "area", "area_link"]
personal = false
*/
SELECT
    place.place_id,
    place.kind,
    place.name,
    place.lon,
    place.lat,
    place.area_id,
    area.name AS area_name,
    place.colocated_with,
    other.name AS colocated_name
FROM place
JOIN area ON area.area_id = place.area_id
LEFT JOIN place AS other ON other.place_id = place.colocated_with
WHERE place.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND place.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
ORDER BY place.kind, place.place_id
