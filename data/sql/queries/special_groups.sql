/*
row = "a class of special groups in an area or one of its direct children: how many, or why that is hidden"
store = "warehouse"
tables = ["special_shown", "area", "area_link"]
personal = true
subject = "area_id"
right = "sees_special_groups"
*/
SELECT area.area_id, area.name, area.name_en, area.level, shown.class, shown.as_of, shown."count", shown.hidden
FROM special_shown AS shown
JOIN area ON area.area_id = shown.area_id
WHERE (area.area_id = $area OR area.parent_id = $area)
    AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
ORDER BY area.area_id <> $area, area.area_id, shown.class
