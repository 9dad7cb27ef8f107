/*
row = "an ordinary class of people in one of the areas asked for, as published: how many, or why that is hidden"
store = "warehouse"
tables = ["population_shown", "area_link"]
personal = false
*/
SELECT area_id, class, as_of, "count", hidden
FROM population_shown
WHERE area_id IN (SELECT unnest($areas))
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND NOT starts_with(class, 'element:')
ORDER BY area_id, class
