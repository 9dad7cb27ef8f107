/*
code = "G9"
about = ["area", "unit"]
inputs = ["incident", "incident_step"]
row = "closings in time of the period (whole), and those re-opened within seven days (part)"
*/
WITH step AS (
    SELECT DISTINCT incident_id, stepped_at, to_state
    FROM incident_step
    WHERE to_state IN ('S90', 'S91', 'S94', 'X6') AND stepped_at >= $start AND stepped_at <= $now
), closing AS (
    SELECT *, lead(to_state) OVER later AS next_state, lead(stepped_at) OVER later AS next_at
    FROM step
    WINDOW later AS (PARTITION BY incident_id ORDER BY stepped_at, to_state)
)
SELECT
    incident.area_id,
    incident.unit_id,
    NULL::VARCHAR AS worker_id,
    count(*) FILTER (closing.next_state = 'X6' AND closing.next_at <= closing.stepped_at + INTERVAL 7 DAY) AS part,
    count(*) AS whole
FROM closing
JOIN incident USING (incident_id)
WHERE closing.to_state <> 'X6'
    AND closing.stepped_at < $end
    AND (incident.deadline_at IS NULL OR closing.stepped_at <= incident.deadline_at)
    AND incident.state <> 'S93'
GROUP BY ALL
