/*
zh = "重开率"
en = "Re-opened share"
pillar = "service"
unit = "percent"
better = "lower"
kind = "share"
version = 1
code = "C14"
inputs = ["incident", "incident_step"]
definition_zh = "期内的结案中，三十天内又重开的占比。"
definition_en = "Of the closings of the period: those re-opened within thirty days."
*/
WITH step AS (
    SELECT DISTINCT incident_id, stepped_at, to_state
    FROM incident_step
    WHERE to_state IN ('S90', 'S91', 'S94', 'X6') AND stepped_at >= $start AND stepped_at <= $now
), closing AS (
    SELECT
        *,
        lead(to_state) OVER later AS next_state,
        lead(stepped_at) OVER later AS next_at
    FROM step
    WINDOW later AS (PARTITION BY incident_id ORDER BY stepped_at, to_state)
)
SELECT
    incident.area_id,
    incident.unit_id,
    incident.worker_id,
    count(*) FILTER (closing.next_state = 'X6' AND closing.next_at <= closing.stepped_at + INTERVAL 30 DAY) AS part,
    count(*) AS whole
FROM closing
JOIN incident USING (incident_id)
WHERE closing.to_state <> 'X6' AND closing.stepped_at < $end AND incident.state <> 'S93'
GROUP BY ALL
