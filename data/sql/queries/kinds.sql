/*
row = "a kind of incident, as the code table lists it"
store = "warehouse"
tables = ["kind"]
personal = false
*/
SELECT kind, name_zh, name_en, severity, problem
FROM kind
ORDER BY severity, kind
