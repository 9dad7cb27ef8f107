/*
row = "a reason for which rows of a feed, or a whole file, were refused on a local day; $feed empty = all"
store = "warehouse"
tables = ["load_file"]
personal = false
*/
SELECT
    load_file.feed,
    told.key AS reason,
    timezone($zone, timezone('UTC', load_file.loaded_at))::DATE AS day,
    load_file.rows_in = 0 AS whole_file,
    sum(told.value::BIGINT)::BIGINT AS n
FROM load_file, json_each(load_file.reasons) AS told
WHERE load_file.loaded_at >= $start AND load_file.loaded_at < $end AND $feed IN ('', load_file.feed)
GROUP BY ALL
HAVING sum(told.value::BIGINT) <> 0 -- rows judged again later are taken back
ORDER BY n DESC, reason, feed, day
