/*
row = "a registered worker of an area, by name: whom the live positions are of"
store = "warehouse"
tables = ["worker", "area_link"]
personal = true
subject = "worker_id"
names = ["name"]
*/
SELECT worker_id, name, role, area_id, skills
FROM worker
WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
ORDER BY worker_id
