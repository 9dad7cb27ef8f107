/*
row = "a grid and a police beat that share ground: square metres, and the share of each (0-1)"
store = "warehouse"
tables = ["grid_beat", "beat", "area", "area_link", "unit"]
personal = false
*/
SELECT
    grid_beat.area_id,
    area.name AS area_name,
    grid_beat.beat_id,
    beat.name AS beat_name,
    beat.unit_id,
    unit.name AS unit_name,
    grid_beat.shared_m2,
    grid_beat.grid_share,
    grid_beat.beat_share
FROM grid_beat
JOIN beat USING (beat_id)
JOIN area ON area.area_id = grid_beat.area_id
LEFT JOIN unit ON unit.unit_id = beat.unit_id
WHERE grid_beat.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND grid_beat.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
ORDER BY grid_beat.area_id, grid_beat.grid_share DESC
