/*
zh = "准点率"
en = "Punctuality"
pillar = "information"
unit = "percent"
better = "higher"
kind = "share"
version = 2
code = "W2"
inputs = ["roster", "fix"]
definition_zh = "期内已结束且出勤的人日（整班请假、开会或执行交办任务的除外；班首班尾的这类时段从其结束起、到其开始止计算）中，上班后十五分钟内已在责任区域、下班前十五分钟内仍在责任区域的占比。"
definition_en = "Of the attended worker-days of the period that are over, spans wholly on leave, in a meeting or on an ordered task left out, and such a stretch at either end not counted as duty: those in the assigned area by 15 min after the first start and still there 15 min before the last end."
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
            FROM roster AS away
            WHERE away.kind <> 'duty'
                AND away.worker_id = span.worker_id
                AND away.starts_at <= span.starts_at
                AND away.ends_at >= span.ends_at
        )
    GROUP BY ALL
), expected AS (
    -- whoever begins the day in a meeting is expected in the grid when it ends
    SELECT
        duty.worker_id,
        duty.day,
        coalesce(max(away.ends_at) FILTER (away.starts_at <= duty.starts_at), duty.starts_at) AS starts_at,
        coalesce(min(away.starts_at) FILTER (away.ends_at >= duty.ends_at), duty.ends_at) AS ends_at,
        duty.ends_at AS over_at
    FROM duty
    LEFT JOIN roster AS away
        ON away.worker_id = duty.worker_id
        AND away.kind <> 'duty'
        AND away.starts_at < duty.ends_at
        AND away.ends_at > duty.starts_at
    GROUP BY duty.worker_id, duty.day, duty.starts_at, duty.ends_at
)
SELECT
    worker_day.area_id,
    worker.unit_id,
    expected.worker_id,
    count(*) FILTER (
        worker_day.first_own_at <= expected.starts_at + INTERVAL 15 MINUTE
        AND worker_day.last_own_at >= least(expected.ends_at, day_end.at) - INTERVAL 15 MINUTE
    ) AS part,
    count(*) AS whole
FROM expected
-- duty past midnight is looked at up to midnight: nothing of a worker-day lies beyond
CROSS JOIN LATERAL (
    SELECT timezone('UTC', timezone($zone, (expected.day + INTERVAL 1 DAY)::TIMESTAMP)) AS at
) AS day_end
JOIN worker_day
    ON worker_day.worker_id = expected.worker_id AND worker_day.day = expected.day AND worker_day.valid_fixes > 0
LEFT JOIN worker ON worker.worker_id = expected.worker_id
WHERE expected.over_at <= $now
GROUP BY ALL
