/*
row = "an action: lines, accounts, first and last"
store = "files"
tables = []
*/
SELECT action, count(*) AS n, count(DISTINCT account) AS accounts, min("at") AS first_at, max("at") AS last_at
FROM picked
GROUP BY action
ORDER BY n DESC, action
