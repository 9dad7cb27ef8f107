/*
row = "an area valid on a day, virtual children left out"
store = "warehouse"
tables = ["area", "area_link", "area_attribute"]
personal = false
*/
SELECT
    area.area_id,
    area.parent_id,
    area.level,
    area.name,
    area.name_en,
    area.lon,
    area.lat,
    area.area_m2,
    area.cells,
    area.geometry,
    area_attribute.households,
    area_attribute.urban_class
FROM area
LEFT JOIN area_attribute USING (area_id)
WHERE area.level <> 'unlocated'
    AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND (area.valid_from IS NULL OR area.valid_from <= $day)
    AND (area.valid_to IS NULL OR area.valid_to > $day)
ORDER BY area.area_id
