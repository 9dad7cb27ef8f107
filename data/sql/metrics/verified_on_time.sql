/*
zh = "核实核查按时率"
en = "Verified and checked in time"
pillar = "service"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "W15"
inputs = ["incident", "incident_step"]
definition_zh = "期限在期内的核实（S15）与核查（S60、S65）任务中，在各自期限前有结果的占比；流程未给出该环节期限的不计入。"
definition_en = "Of the tasks to verify a report (S15) or to check a result (S60, S65) whose own limit lies in the period: those with a result by that limit; steps without a limit of their own count nowhere."
*/
WITH ordered AS (
    SELECT
        incident_id, to_state, stepped_at, deadline_at, worker_id,
        -- a check lies with somebody from the report of "done" until it passed or failed, whoever took it up
        CASE WHEN to_state IN ('S60', 'S65') THEN 'check' WHEN to_state = 'S15' THEN 'verify' ELSE 'else' END AS task,
        lag(CASE WHEN to_state IN ('S60', 'S65') THEN 'check' WHEN to_state = 'S15' THEN 'verify' ELSE 'else' END)
            OVER way AS task_before
    FROM incident_step
    WHERE to_state NOT IN ('X2', 'X4')
    WINDOW way AS (PARTITION BY incident_id ORDER BY stepped_at, to_state)
), numbered AS (
    SELECT
        *,
        count(*) FILTER (task IS DISTINCT FROM task_before)
            OVER (PARTITION BY incident_id ORDER BY stepped_at, to_state ROWS UNBOUNDED PRECEDING) AS turn
    FROM ordered
), spell AS (
    SELECT
        incident_id, turn, any_value(task) AS task,
        max(deadline_at) AS due_at,
        min(stepped_at) AS begun_at,
        arg_max(worker_id, stepped_at) FILTER (worker_id IS NOT NULL) AS worker_id
    FROM numbered
    GROUP BY incident_id, turn
), answered AS (
    SELECT *, lead(begun_at) OVER (PARTITION BY incident_id ORDER BY turn) AS done_at
    FROM spell
)
SELECT
    incident.area_id,
    incident.unit_id,
    answered.worker_id,
    count(*) FILTER (done_at <= least(due_at, $now)) AS part,
    count(*) AS whole
FROM answered
JOIN incident USING (incident_id)
WHERE task <> 'else'
    AND due_at >= $start
    AND due_at < $end
    AND begun_at <= $now
    AND (done_at <= $now OR due_at < $now)
    AND incident.state NOT IN ('S92', 'S93')
GROUP BY ALL
