/*
row = "an incident of a view of the incidents page, as it is taken away: open at $now, or reported in the period"
store = "warehouse"
tables = ["incident", "area", "area_link", "unit", "kind"]
personal = false
*/
-- $state: 'open' at $now whenever it was reported; 'closed' or 'all' of what was reported from $start before $end
WITH street AS (
    SELECT area_link.area_id, area.name
    FROM area_link
    JOIN area ON area.area_id = area_link.ancestor_id AND area.level <> 'unlocated'
    JOIN area AS city ON city.area_id = area.parent_id AND city.parent_id IS NULL
), asked AS (
    SELECT *,
        (closed_at IS NULL OR closed_at > $now) AND state NOT IN ('S92', 'S93') AS is_open,
        CASE WHEN state <> 'X3' THEN deadline_at END AS due_at
    FROM incident
    WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
        AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
        AND state <> 'S93'
        AND ($kind::VARCHAR IS NULL OR kind = $kind)
        AND ($severity::INTEGER IS NULL OR severity = $severity)
        AND ($located::VARCHAR IS NULL OR (located = 'point') = ($located = 'yes'))
        AND CASE
            WHEN $state = 'open' THEN reported_at <= $now AND is_open
            ELSE reported_at >= $start AND reported_at < $end AND NOT ($state = 'closed' AND is_open)
        END
)
SELECT
    asked.incident_id,
    asked.kind,
    kind.name_zh AS kind_zh,
    kind.name_en AS kind_en,
    asked.subkind,
    asked.title,
    asked.severity,
    -- the state known today may be one the case reached later
    CASE WHEN asked.is_open AND asked.state IN ('S90', 'S91', 'S94') THEN 'open' ELSE asked.state END AS state,
    asked.source,
    asked.reported_at,
    CASE WHEN asked.is_open THEN asked.due_at ELSE asked.deadline_at END AS deadline_at,
    CASE WHEN NOT asked.is_open THEN asked.closed_at END AS closed_at,
    street.name AS street_name,
    parent.name AS parent_name,
    place.name AS area_name,
    asked.area_id,
    unit.name AS unit_name,
    asked.located,
    -- special groups are never a point
    CASE WHEN asked.kind <> 'SPG' THEN asked.lon END AS lon,
    CASE WHEN asked.kind <> 'SPG' THEN asked.lat END AS lat
FROM asked
JOIN area AS counted ON counted.area_id = asked.area_id
JOIN area AS place
    ON place.area_id = CASE counted.level WHEN 'unlocated' THEN counted.parent_id ELSE counted.area_id END
LEFT JOIN area AS parent ON parent.area_id = place.parent_id
LEFT JOIN street ON street.area_id = asked.area_id
LEFT JOIN unit ON unit.unit_id = asked.unit_id
LEFT JOIN kind ON kind.kind = asked.kind
-- first to expire first, then what is overdue for longer than a day, then what is closed, latest first
ORDER BY
    CASE WHEN NOT asked.is_open THEN 2 WHEN asked.due_at < $now - INTERVAL 24 HOUR THEN 1 ELSE 0 END,
    CASE WHEN asked.is_open THEN epoch_us(asked.due_at) ELSE -epoch_us(asked.closed_at) END NULLS LAST,
    asked.incident_id
