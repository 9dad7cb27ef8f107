/*
row = "a worker's last accepted position"
store = "operations"
tables = ["position"]
personal = false
subject = "worker_id"
names = ["name"]
exact = true
*/
SELECT worker_id, name, role, area_id, fixed_at, lon, lat, accuracy_m, speed_mps, battery, seq
FROM position
ORDER BY worker_id
