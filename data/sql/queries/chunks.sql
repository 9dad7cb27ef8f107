/*
row = "a packed piece of playback: one area above the grid, one slot of the local day"
store = "warehouse"
tables = ["chunk", "area_link"]
personal = true
track = true
subject = "area_id"
*/
SELECT area_id, payload
FROM chunk
WHERE day = $day
    AND slot = $slot
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
ORDER BY area_id
