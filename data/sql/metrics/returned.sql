/*
zh = "退回率"
en = "Returned dispatches"
pillar = "governance"
unit = "percent"
better = "lower"
kind = "share"
version = 1
code = "C12"
inputs = ["incident", "incident_step"]
definition_zh = "期内的派遣中，被承办单位退回（在再次派遣之前）的占比。"
definition_en = "Of the dispatches of the period: those the unit returned before the next dispatch."
*/
WITH step AS (
    SELECT DISTINCT incident_id, stepped_at, to_state, unit_id
    FROM incident_step
    WHERE to_state IN ('S40', 'X1') AND stepped_at >= $start AND stepped_at <= $now
), dispatch AS (
    SELECT *, lead(to_state) OVER (PARTITION BY incident_id ORDER BY stepped_at, to_state) AS next_state
    FROM step
)
SELECT
    incident.area_id,
    dispatch.unit_id,
    incident.worker_id,
    count(*) FILTER (dispatch.next_state = 'X1') AS part,
    count(*) AS whole
FROM dispatch
JOIN incident USING (incident_id)
WHERE dispatch.to_state = 'S40' AND dispatch.stepped_at < $end AND incident.state <> 'S93'
GROUP BY ALL
