/*
row = "an area valid on a day with the boundary of that day, virtual children left out"
store = "warehouse"
tables = ["area", "area_link", "area_attribute", "area_version"]
personal = false
*/
SELECT
    area.area_id,
    area.parent_id,
    area.level,
    coalesce(version.name, area.name) AS name,
    coalesce(version.name_en, area.name_en) AS name_en,
    coalesce(version.lon, area.lon) AS lon,
    coalesce(version.lat, area.lat) AS lat,
    coalesce(version.area_m2, area.area_m2) AS area_m2,
    coalesce(version.cells, area.cells) AS cells,
    coalesce(version.geometry, area.geometry) AS geometry,
    area_attribute.households,
    area_attribute.urban_class
FROM area
LEFT JOIN area_version AS version
    ON version.area_id = area.area_id
    AND (version.valid_from IS NULL OR version.valid_from <= $day)
    AND (version.valid_to IS NULL OR version.valid_to > $day)
LEFT JOIN area_attribute ON area_attribute.area_id = area.area_id
WHERE area.level <> 'unlocated'
    AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND (area.valid_from IS NULL OR area.valid_from <= $day)
    AND (area.valid_to IS NULL OR area.valid_to > $day)
    AND (version.area_id IS NOT NULL OR area.area_id NOT IN (SELECT area_id FROM area_version))
ORDER BY area.area_id
