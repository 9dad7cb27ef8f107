/*
row = "a feed ever loaded: rows over all runs, its latest event and its latest load"
store = "warehouse"
tables = ["load_file"]
personal = false
*/
SELECT
    feed,
    sum(rows_loaded)::BIGINT AS rows,
    sum(rows_rejected)::BIGINT AS rejected,
    sum(rows_duplicate)::BIGINT AS duplicate,
    max(last_at) AS last_at,
    max(loaded_at) AS loaded_at
FROM load_file
GROUP BY feed
ORDER BY feed
