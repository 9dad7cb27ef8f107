/*
row = "something a load found that somebody should look at, newest first"
store = "warehouse"
tables = ["warning"]
personal = false
*/
SELECT run_id, loaded_at, reason, key, detail
FROM warning
ORDER BY loaded_at DESC, reason, key
