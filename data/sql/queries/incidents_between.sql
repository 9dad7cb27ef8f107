/*
row = "an incident reported in the period with its whole history in one line, void ones left out"
store = "warehouse"
tables = ["incident", "area", "area_link", "unit", "kind"]
personal = false
*/
WITH street AS (
    SELECT area_link.area_id, area.name
    FROM area_link
    JOIN area ON area.area_id = area_link.ancestor_id AND area.level <> 'unlocated'
    JOIN area AS city ON city.area_id = area.parent_id AND city.parent_id IS NULL
)
SELECT
    incident.* EXCLUDE (worker_id) REPLACE (
        -- special groups are never a point
        CASE WHEN incident.kind <> 'SPG' THEN incident.lon END AS lon,
        CASE WHEN incident.kind <> 'SPG' THEN incident.lat END AS lat
    ),
    kind.name_zh AS kind_zh,
    kind.name_en AS kind_en,
    place.name AS area_name,
    parent.name AS parent_name,
    street.name AS street_name,
    unit.name AS unit_name
FROM incident
JOIN area AS counted ON counted.area_id = incident.area_id
JOIN area AS place
    ON place.area_id = CASE counted.level WHEN 'unlocated' THEN counted.parent_id ELSE counted.area_id END
LEFT JOIN area AS parent ON parent.area_id = place.parent_id
LEFT JOIN street ON street.area_id = incident.area_id
LEFT JOIN unit ON unit.unit_id = incident.unit_id
LEFT JOIN kind ON kind.kind = incident.kind
WHERE incident.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND incident.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
    AND incident.reported_at >= $start
    AND incident.reported_at < $end
    AND incident.state <> 'S93'
ORDER BY incident.reported_at DESC, incident.incident_id
