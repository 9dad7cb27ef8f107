/*
row = "the last accepted position of a worker on duty, of the local day; still_at: there since then"
store = "operations"
tables = ["position"]
personal = false
subject = "worker_id"
names = ["name"]
exact = true
on_duty = true
*/
SELECT worker_id, name, role, area_id, fixed_at, lon, lat, accuracy_m, speed_mps, battery, seq, still_at
FROM position
ORDER BY worker_id
