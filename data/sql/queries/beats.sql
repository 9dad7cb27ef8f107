/*
row = "a police beat with its outline, where it shares ground with a grid the account may see"
store = "warehouse"
tables = ["beat", "grid_beat", "area_link"]
personal = false
*/
SELECT beat_id, name, unit_id, geometry
FROM beat
WHERE beat_id IN (
    SELECT grid_beat.beat_id
    FROM grid_beat
    WHERE grid_beat.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
)
ORDER BY beat_id
