/*
row = "a feed ever met: its files loaded in the period and what became of their rows, its latest event and load ever"
store = "warehouse"
tables = ["load_file"]
personal = false
*/
-- lag_p50_s: the files' medians weighted by their rows; lag_p95_s: the worst file's. A refused file has no rows in.
-- Rows taken again from quarantine are no file; where they count (load_file.notes), an entry below zero takes them back.
SELECT
    feed,
    count(*) FILTER (loaded_at >= $start AND loaded_at < $end AND json_extract(notes, '$.replayed') IS NULL) AS files,
    count(*) FILTER (loaded_at >= $start AND loaded_at < $end AND rows_in = 0 AND reasons <> '{}') AS refused,
    coalesce(sum(rows_in) FILTER (loaded_at >= $start AND loaded_at < $end), 0)::BIGINT AS rows_in,
    coalesce(sum(rows_loaded) FILTER (loaded_at >= $start AND loaded_at < $end), 0)::BIGINT AS loaded,
    coalesce(sum(rows_rejected) FILTER (loaded_at >= $start AND loaded_at < $end), 0)::BIGINT AS rejected,
    coalesce(sum(rows_duplicate) FILTER (loaded_at >= $start AND loaded_at < $end), 0)::BIGINT AS duplicate,
    sum(lag_p50_s * rows_loaded) FILTER (loaded_at >= $start AND loaded_at < $end)
        / nullif(sum(rows_loaded) FILTER (loaded_at >= $start AND loaded_at < $end AND lag_p50_s IS NOT NULL), 0)
        AS lag_p50_s,
    max(lag_p95_s) FILTER (loaded_at >= $start AND loaded_at < $end) AS lag_p95_s,
    max(last_at) AS last_at,
    max(loaded_at) AS loaded_at
FROM load_file
GROUP BY feed
ORDER BY feed
