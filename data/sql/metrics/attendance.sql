/*
zh = "出勤率"
en = "Attendance"
pillar = "information"
unit = "percent"
better = "higher"
kind = "share"
version = 2
code = "W1"
inputs = ["roster", "fix"]
definition_zh = "期内应出勤的人日（整班请假、开会或执行交办任务的除外）中，当天有有效定位的占比。"
definition_en = "Of the worker-days on the roster in the period, spans wholly on leave, in a meeting or on an ordered task left out: those with a valid fix that day."
*/
WITH duty AS (
    SELECT DISTINCT span.worker_id, timezone($zone, timezone('UTC', span.starts_at))::DATE AS day
    FROM roster AS span
    WHERE span.kind = 'duty'
        AND span.starts_at >= $start
        AND span.starts_at < $end
        AND span.starts_at <= $now
        AND NOT EXISTS (
            SELECT 1
            FROM roster AS away
            WHERE away.kind <> 'duty'
                AND away.worker_id = span.worker_id
                AND away.starts_at <= span.starts_at
                AND away.ends_at >= span.ends_at
        )
)
SELECT
    coalesce(worker_day.area_id, worker.area_id, $city || '~') AS area_id,
    worker.unit_id,
    duty.worker_id,
    count(*) FILTER (worker_day.valid_fixes > 0) AS part,
    count(*) AS whole
FROM duty
LEFT JOIN worker USING (worker_id)
LEFT JOIN worker_day USING (worker_id, day)
GROUP BY ALL
