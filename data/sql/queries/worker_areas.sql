/*
row = "a worker and the area assigned; workers NULL = all"
store = "warehouse"
tables = ["worker", "area_link"]
personal = true
subject = "worker_id"
names = ["name"]
*/
SELECT worker_id, name, area_id
FROM worker
WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND ($workers::VARCHAR[] IS NULL OR list_contains($workers::VARCHAR[], worker_id))
ORDER BY worker_id
