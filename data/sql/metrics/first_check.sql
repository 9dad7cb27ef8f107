/*
zh = "一次核查通过率"
en = "Passed at the first check"
pillar = "service"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "C11"
inputs = ["incident", "incident_step"]
definition_zh = "截止时间在期内、首次核查已有结果的事件中，首次核查即通过的占比。"
definition_en = "Of the incidents due in the period whose first check has a result: those that passed it."
*/
WITH first_result AS (
    SELECT incident_id, arg_min(to_state, stepped_at) AS state
    FROM incident_step
    WHERE to_state IN ('S90', 'X5') AND stepped_at <= $now
    GROUP BY incident_id
)
SELECT
    incident.area_id,
    incident.unit_id,
    incident.worker_id,
    count(*) FILTER (first_result.state = 'S90') AS part,
    count(*) AS whole
FROM incident
JOIN first_result USING (incident_id)
WHERE incident.deadline_at >= $start
    AND incident.deadline_at < $end
    AND incident.state NOT IN ('S92', 'S93')
    AND incident.checks > 0
GROUP BY ALL
