/*
zh = "准点率"
en = "Punctuality"
pillar = "information"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "W2"
inputs = ["roster", "fix"]
definition_zh = "期内已结束且出勤的人日（整班请假的除外）中，上班后十五分钟内已在责任区域、下班前十五分钟内仍在责任区域的占比。"
definition_en = "Of the attended worker-days of the period that are over, spans wholly on leave left out: those in the assigned area by 15 min after the first start and still there 15 min before the last end."
*/
WITH duty AS (
    SELECT
        span.worker_id,
        timezone($zone, timezone('UTC', span.starts_at))::DATE AS day,
        min(span.starts_at) AS starts_at,
        max(span.ends_at) AS ends_at
    FROM roster AS span
    WHERE span.kind = 'duty'
        AND span.starts_at >= $start
        AND span.starts_at < $end
        AND NOT EXISTS (
            SELECT 1
            FROM roster AS leave
            WHERE leave.kind = 'leave'
                AND leave.worker_id = span.worker_id
                AND leave.starts_at <= span.starts_at
                AND leave.ends_at >= span.ends_at
        )
    GROUP BY ALL
)
SELECT
    worker_day.area_id,
    worker.unit_id,
    duty.worker_id,
    count(*) FILTER (
        worker_day.first_own_at <= duty.starts_at + INTERVAL 15 MINUTE
        AND worker_day.last_own_at >= least(duty.ends_at, day_end.at) - INTERVAL 15 MINUTE
    ) AS part,
    count(*) AS whole
FROM duty
-- duty past midnight is looked at up to midnight: nothing of a worker-day lies beyond
CROSS JOIN LATERAL (
    SELECT timezone('UTC', timezone($zone, (duty.day + INTERVAL 1 DAY)::TIMESTAMP)) AS at
) AS day_end
JOIN worker_day ON worker_day.worker_id = duty.worker_id AND worker_day.day = duty.day AND worker_day.valid_fixes > 0
LEFT JOIN worker ON worker.worker_id = duty.worker_id
WHERE duty.ends_at <= $now
GROUP BY ALL
