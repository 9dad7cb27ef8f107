/*
row = "a case that counted against a subject in one metric of a period, and why"
store = "warehouse"
tables = ["incident", "incident_step", "call_back", "area", "area_link", "kind"]
personal = false
*/
WITH due AS (
    SELECT *
    FROM incident
    WHERE deadline_at >= $start AND deadline_at < $end AND state NOT IN ('S92', 'S93')
), closing AS (
    SELECT
        incident_id,
        to_state,
        stepped_at,
        lead(to_state) OVER later AS next_state,
        lead(stepped_at) OVER later AS next_at
    FROM (
        SELECT DISTINCT incident_id, stepped_at, to_state
        FROM incident_step
        WHERE to_state IN ('S90', 'S91', 'S94', 'X6') AND stepped_at >= $start AND stepped_at <= $now
    )
    WINDOW later AS (PARTITION BY incident_id ORDER BY stepped_at, to_state)
), first_result AS (
    SELECT incident_id, arg_min(to_state, stepped_at) AS state
    FROM incident_step
    WHERE to_state IN ('S90', 'X5') AND stepped_at <= $now
    GROUP BY incident_id
), sent AS (
    SELECT incident_id, unit_id, to_state, stepped_at, lead(to_state) OVER later AS next_state
    FROM (
        SELECT DISTINCT incident_id, stepped_at, to_state, unit_id
        FROM incident_step
        WHERE to_state IN ('S40', 'X1') AND stepped_at >= $start AND stepped_at <= $now
    )
    WINDOW later AS (PARTITION BY incident_id ORDER BY stepped_at, to_state)
), counted AS (
    SELECT incident_id, unit_id, if(handled_at <= $now, 'late_handled', 'overdue') AS cause
    FROM due
    WHERE $metric = 'on_time_handling'
        AND state <> 'X3'
        AND (handled_at <= $now OR deadline_at < $now)
        AND coalesce(handled_at > least(deadline_at, $now), TRUE)
    UNION ALL
    SELECT
        incident_id,
        unit_id,
        CASE WHEN handled_at <= deadline_at THEN 'unclosed' WHEN handled_at <= $now THEN 'late_handled' ELSE 'overdue' END
    FROM due
    WHERE $metric = 'on_time_closing'
        AND state <> 'X3'
        AND (handled_at <= $now OR deadline_at < $now)
        AND NOT coalesce(closed_at <= $now AND handled_at <= deadline_at, FALSE)
    UNION ALL
    SELECT incident_id, unit_id, 'reworked' FROM due WHERE $metric = 'rework' AND checks > 0 AND reworks > 0
    UNION ALL
    SELECT due.incident_id, due.unit_id, 'failed_check'
    FROM due
    JOIN first_result USING (incident_id)
    WHERE $metric = 'first_check' AND due.checks > 0 AND first_result.state <> 'S90'
    UNION ALL
    SELECT incident.incident_id, incident.unit_id, 'reopened'
    FROM closing
    JOIN incident USING (incident_id)
    WHERE $metric = 'reopen'
        AND closing.to_state <> 'X6'
        AND closing.stepped_at < $end
        AND incident.state <> 'S93'
        AND closing.next_state = 'X6'
        AND closing.next_at <= closing.stepped_at + INTERVAL 30 DAY
    UNION ALL
    SELECT sent.incident_id, sent.unit_id, 'returned'
    FROM sent
    JOIN incident USING (incident_id)
    WHERE $metric = 'returned'
        AND sent.to_state = 'S40'
        AND sent.stepped_at < $end
        AND incident.state <> 'S93'
        AND sent.next_state = 'X1'
    UNION ALL
    SELECT incident.incident_id, incident.unit_id, 'dissatisfied'
    FROM call_back
    JOIN incident USING (incident_id)
    WHERE $metric = 'satisfaction'
        AND call_back.called_at >= $start
        AND call_back.called_at < $end
        AND NOT call_back.satisfied
    UNION ALL
    SELECT incident_id, unit_id, 'invalid'
    FROM incident
    WHERE $metric = 'valid_reports'
        AND reported_at >= $start
        AND reported_at < $end
        AND source = 'worker'
        AND state = 'S92'
)
SELECT
    incident.incident_id,
    counted.cause,
    incident.kind,
    kind.name_zh AS kind_zh,
    kind.name_en AS kind_en,
    incident.subkind,
    incident.title,
    incident.severity,
    incident.state,
    incident.reported_at,
    incident.deadline_at,
    incident.handled_at,
    incident.closed_at,
    incident.area_id,
    place.name AS area_name
FROM counted
JOIN incident USING (incident_id)
JOIN area AS at_area ON at_area.area_id = incident.area_id
JOIN area AS place
    ON place.area_id = CASE at_area.level WHEN 'unlocated' THEN at_area.parent_id ELSE at_area.area_id END
LEFT JOIN kind ON kind.kind = incident.kind
WHERE incident.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND incident.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
    AND ($unit IS NULL OR counted.unit_id = $unit)
    AND ($worker IS NULL OR incident.worker_id = $worker)
ORDER BY incident.reported_at, incident.incident_id
