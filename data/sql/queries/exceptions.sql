/*
row = "an incident counted against the rate solved in the grid in time, and why it left the grid or was late"
store = "warehouse"
tables = ["incident", "area", "area_link", "unit", "kind"]
personal = false
*/
WITH judged AS (
    SELECT
        *,
        CASE
            WHEN closed_at IS NULL OR closed_at > $now THEN 'overdue'
            WHEN state = 'S94' THEN 'forced'
            WHEN solved_level IS NULL OR max_level IS NULL THEN 'unknown_level'
            WHEN solved_level <> $leaf OR max_level <> $leaf THEN 'higher_level'
            WHEN closed_at > deadline_at THEN 'late'
            WHEN deadline_at IS NULL AND state <> 'S91' THEN 'no_deadline'
        END AS cause
    FROM incident
    WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
        AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
        AND reported_at >= $start
        AND reported_at < $end
        AND discovered_level = $leaf
        AND state NOT IN ('S92', 'S93', 'X3')
        AND NOT list_contains($excluded, kind)
        AND (closed_at <= $now OR deadline_at < $now)
)
SELECT
    judged.incident_id,
    judged.cause,
    judged.kind,
    kind.name_zh AS kind_zh,
    kind.name_en AS kind_en,
    judged.subkind,
    judged.title,
    judged.severity,
    judged.state,
    judged.reported_at,
    judged.deadline_at,
    judged.closed_at,
    judged.solved_level,
    judged.max_level,
    judged.area_id,
    place.name AS area_name,
    parent.name AS parent_name,
    unit.name AS unit_name
FROM judged
JOIN area AS counted ON counted.area_id = judged.area_id
JOIN area AS place
    ON place.area_id = CASE counted.level WHEN 'unlocated' THEN counted.parent_id ELSE counted.area_id END
LEFT JOIN area AS parent ON parent.area_id = place.parent_id
LEFT JOIN unit ON unit.unit_id = judged.unit_id
LEFT JOIN kind ON kind.kind = judged.kind
WHERE judged.cause IS NOT NULL
ORDER BY judged.reported_at, judged.incident_id
