/*
row = "a unit: station, office, centre or department; one of no area belongs to the whole city"
store = "warehouse"
tables = ["unit", "area", "area_link"]
personal = false
*/
SELECT unit.unit_id, unit.name, unit.unit_kind, unit.level, unit.area_id, unit.phone
FROM unit
WHERE coalesce(unit.area_id, (SELECT area_id FROM area WHERE parent_id IS NULL LIMIT 1))
    IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
ORDER BY unit.unit_id
