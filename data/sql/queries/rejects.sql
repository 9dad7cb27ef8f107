/*
row = "a refused row with what it held; an empty parameter = all"
store = "warehouse"
tables = ["reject"]
personal = true
subject = "key"
right = "sees_rejects"
told = ["feed", "reason", "path", "run_id"]
*/
SELECT run_id, path, feed, row, key, reason, detail, mapping, stage, content
FROM reject
WHERE $feed IN ('', feed) AND $reason IN ('', reason) AND $path IN ('', path) AND $run_id IN ('', run_id)
ORDER BY run_id DESC, path, row, reason
LIMIT $most
