/*
row = "a fault found in the boundaries of areas, largest first within its kind"
store = "warehouse"
tables = ["area_finding", "area", "area_link"]
personal = false
*/
WITH named AS (
    SELECT area_id, any_value(name) AS name, any_value(name_en) AS name_en FROM area GROUP BY area_id
)
SELECT
    area_finding.kind,
    area_finding.area_id,
    mine.name,
    mine.name_en,
    area_finding.other_id,
    other.name AS other_name,
    other.name_en AS other_name_en,
    area_finding.area_m2,
    area_finding.detail,
    area_finding.geometry
FROM area_finding
LEFT JOIN named AS mine ON mine.area_id = area_finding.area_id
LEFT JOIN named AS other ON other.area_id = area_finding.other_id
WHERE coalesce(area_finding.area_id, $city) IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND coalesce(area_finding.area_id, $city) IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
ORDER BY area_finding.kind, area_finding.area_m2 DESC NULLS LAST, area_finding.area_id, area_finding.other_id
