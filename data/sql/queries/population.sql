/*
row = "an ordinary class of people in one area: how many, or why that is hidden; classes overlap and are never added up"
store = "warehouse"
tables = ["population_shown", "area_link"]
personal = false
*/
SELECT class, as_of, "count", hidden
FROM population_shown
WHERE area_id = $area
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND NOT starts_with(class, 'element:')
ORDER BY class
