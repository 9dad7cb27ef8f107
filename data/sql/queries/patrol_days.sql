/*
row = "an area of a level and a local day of a period with tracks: the fixes of its workers, added up"
store = "warehouse"
tables = ["worker_day", "area", "area_link"]
personal = false
*/
SELECT
    area.area_id AS subject_id,
    worker_day.day,
    sum(worker_day.fixes)::DOUBLE AS fixes,
    sum(worker_day.valid_fixes)::DOUBLE AS valid_fixes,
    sum(worker_day.own_fixes)::DOUBLE AS own_fixes
FROM worker_day
JOIN area_link ON area_link.area_id = worker_day.area_id
JOIN area ON area.area_id = area_link.ancestor_id AND area.level = $level
WHERE worker_day.day BETWEEN $first_day AND $last_day
    AND worker_day.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
GROUP BY ALL
ORDER BY subject_id, worker_day.day
