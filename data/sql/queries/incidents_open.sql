/*
row = "an incident open at $now, first to expire first; a shelved one has no running deadline"
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
    incident.incident_id,
    incident.kind,
    kind.name_zh AS kind_zh,
    kind.name_en AS kind_en,
    incident.subkind,
    incident.title,
    incident.severity,
    incident.state,
    incident.source,
    incident.reported_at,
    CASE WHEN incident.state <> 'X3' THEN incident.deadline_at END AS deadline_at,
    incident.handled_at,
    incident.area_id,
    place.name AS area_name,
    parent.name AS parent_name,
    street.name AS street_name,
    incident.unit_id,
    unit.name AS unit_name,
    incident.located,
    -- special groups are never a point
    CASE WHEN incident.kind <> 'SPG' THEN incident.lon END AS lon,
    CASE WHEN incident.kind <> 'SPG' THEN incident.lat END AS lat
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
    AND incident.reported_at <= $now
    AND (incident.closed_at IS NULL OR incident.closed_at > $now)
    AND incident.state NOT IN ('S92', 'S93')
ORDER BY deadline_at NULLS LAST, incident.incident_id
