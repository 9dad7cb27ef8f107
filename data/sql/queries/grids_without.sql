/*
row = "a grid valid on the day that has none of an overlay: 'party' organisation, 'police' beat, 'mediation' room, 'volunteer' place"
store = "warehouse"
tables = ["area", "area_link", "party_org", "place", "grid_beat"]
personal = false
*/
WITH having_one AS (
    SELECT area_id FROM party_org WHERE $overlay = 'party'
    UNION
    SELECT area_id FROM grid_beat WHERE $overlay = 'police'
    UNION
    SELECT area_id FROM place WHERE kind = $overlay AND $overlay NOT IN ('party', 'police')
)
SELECT area.area_id, area.name, area.name_en, parent.name AS parent_name, parent.name_en AS parent_name_en
FROM area
LEFT JOIN area AS parent ON parent.area_id = area.parent_id
WHERE area.level = $leaf
    AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
    AND area.area_id NOT IN (SELECT area_id FROM having_one)
    AND (area.valid_from IS NULL OR area.valid_from <= $day)
    AND (area.valid_to IS NULL OR area.valid_to > $day)
ORDER BY area.area_id
