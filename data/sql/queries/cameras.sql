/*
row = "a camera"
store = "warehouse"
tables = ["camera", "area_link"]
personal = false
*/
SELECT
    camera_id, name, lon, lat, state, heading_deg, view_deg, area_id,
    coalesce(code, CASE WHEN regexp_full_match(camera_id, '[0-9]{20}') THEN camera_id END) AS code,
    kind, range_m, gateway, security_level, state_at, checked_at, repair_id
FROM camera
WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
ORDER BY camera_id
