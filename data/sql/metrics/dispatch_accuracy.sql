/*
zh = "派遣准确率"
en = "Dispatched to the right unit"
pillar = "service"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "C3"
inputs = ["incident", "incident_step"]
definition_zh = "期内的派遣中，没有在再次派遣之前被退回的占比；记录里分不出退回是否有理，所以一律算作派错。"
definition_en = "Of the dispatches of the period: those not returned before the next dispatch; records do not tell whether a return was justified, so every one counts as a wrong dispatch."
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
    count(*) FILTER (dispatch.next_state IS DISTINCT FROM 'X1') AS part,
    count(*) AS whole
FROM dispatch
JOIN incident USING (incident_id)
WHERE dispatch.to_state = 'S40' AND dispatch.stepped_at < $end AND incident.state <> 'S93'
GROUP BY ALL
