/*
row = "an incident reported or filed in the period, or overdue at $now: when it was taken up, filed, due and closed"
store = "warehouse"
tables = ["incident", "area_link"]
personal = false
*/
-- Whoever settled a case on the spot acted at once; a case nobody accepted was acted on when somebody handled it.
SELECT
    incident_id,
    area_id,
    reported_at,
    coalesce(accepted_at, handled_at) AS acted_at,
    filed_at,
    closed_at,
    deadline_at,
    reported_at >= $start AND reported_at < $end AS is_reported,
    filed_at >= $start AND filed_at < $end AS is_filed,
    deadline_at < $now
        AND (handled_at IS NULL OR handled_at > $now)
        AND reported_at <= $now
        AND state <> 'X3' AS is_overdue
FROM incident
WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
    AND state NOT IN ('S92', 'S93')
    AND NOT list_contains($excluded, kind)
    AND ((reported_at >= $start AND reported_at < $end) OR (filed_at >= $start AND filed_at < $end) OR deadline_at < $now)
