/*
row = "a line or polygon of the city's own basemap"
store = "warehouse"
tables = ["basemap"]
personal = false
*/
SELECT kind, name, geometry
FROM basemap
