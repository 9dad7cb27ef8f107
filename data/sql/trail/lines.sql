/*
row = "a line, the newest first"
store = "files"
tables = []
*/
SELECT * FROM picked ORDER BY "at" DESC, number DESC NULLS LAST LIMIT $most
