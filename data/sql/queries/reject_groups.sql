/*
row = "rows refused for one reason in one file of one run, without what they held"
store = "warehouse"
tables = ["reject", "load_file"]
personal = false
*/
SELECT
    reject.run_id,
    max(load_file.loaded_at) AS loaded_at,
    reject.path,
    reject.feed,
    reject.reason,
    count(DISTINCT reject.row) AS n
FROM reject
LEFT JOIN load_file ON load_file.run_id = reject.run_id AND load_file.path = reject.path
GROUP BY ALL
ORDER BY loaded_at DESC NULLS LAST, path, feed, reason
