/*
row = "a key area; valid or not on any day is for who asks to say"
store = "warehouse"
tables = ["key_area", "area_link"]
personal = false
*/
SELECT
    key_area_id,
    name,
    kind,
    grade,
    people_limit,
    area_id,
    geometry,
    visits_per_week,
    incident_limit,
    incident_days,
    timetable,
    valid_from,
    valid_to
FROM key_area
WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
ORDER BY grade, key_area_id
