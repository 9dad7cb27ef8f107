/*
row = "a local day on which files of a feed were loaded: their rows in, loaded, refused and twice; $feed empty = all"
store = "warehouse"
tables = ["load_file"]
personal = false
*/
SELECT
    timezone($zone, timezone('UTC', loaded_at))::DATE AS day,
    feed,
    sum(rows_in)::BIGINT AS rows_in,
    sum(rows_loaded)::BIGINT AS loaded,
    sum(rows_rejected)::BIGINT AS rejected,
    sum(rows_duplicate)::BIGINT AS duplicate
FROM load_file
WHERE loaded_at >= $start AND loaded_at < $end AND $feed IN ('', feed)
GROUP BY ALL
ORDER BY day, feed
