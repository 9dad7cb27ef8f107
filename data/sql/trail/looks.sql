/*
row = "an account and what it did: lines, first and last, and the newest reason that was given"
store = "files"
tables = []
*/
SELECT
    account,
    action,
    count(*) AS n,
    min("at") AS first_at,
    max("at") AS last_at,
    coalesce(arg_max(reason, "at") FILTER (WHERE reason <> ''), '') AS reason
FROM picked
GROUP BY account, action
ORDER BY last_at DESC, account, action
LIMIT $most
