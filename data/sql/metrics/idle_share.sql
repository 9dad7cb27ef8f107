/*
zh = "低效停留比"
en = "Idle share"
pillar = "information"
unit = "percent"
better = "none"
kind = "ratio"
version = 2
code = "W17"
inputs = ["roster", "fix"]
definition_zh = "期内停留超过三十分钟、且五十米内既无网格+ 场所也无当日上报事件的时间，占在岗时间的比例；请假、开会和执行交办任务的时段不计，无信号地点（网格+ 场所中类别为 no_signal 者）五十米内的停留不计；仅供诊断，不计分。"
definition_en = "Minutes in stays of more than 30 min with neither a place of the overlays nor an incident reported that day within 50 m, as a share of the minutes on duty; leave, meetings and ordered tasks count in neither, and a stay near a mapped place of kind no_signal is no idle one; for diagnosis only, never scored."
*/
WITH duty AS (
    SELECT
        span.worker_id,
        sum(date_diff('second', span.starts_at, least(span.ends_at, $now))) / 60 AS minutes
    FROM roster AS span
    WHERE span.kind = 'duty'
        AND span.starts_at >= $start
        AND span.starts_at < least($end, $now)
        AND NOT EXISTS (
            SELECT 1
            FROM roster AS away
            WHERE away.kind <> 'duty'
                AND away.worker_id = span.worker_id
                AND away.starts_at <= span.starts_at
                AND away.ends_at >= span.ends_at
        )
    GROUP BY ALL
), away AS (
    SELECT worker_id, starts_at, ends_at FROM roster WHERE kind <> 'duty' AND ends_at > $start AND starts_at < $end
), absent AS (
    SELECT
        span.worker_id,
        sum(date_diff('second', greatest(span.starts_at, away.starts_at), least(span.ends_at, away.ends_at, $now)))
            / 60 AS minutes
    FROM roster AS span
    JOIN away
        ON away.worker_id = span.worker_id
        AND away.starts_at < least(span.ends_at, $now)
        AND away.ends_at > span.starts_at
        AND NOT (away.starts_at <= span.starts_at AND away.ends_at >= span.ends_at)
    WHERE span.kind = 'duty' AND span.starts_at >= $start AND span.starts_at < least($end, $now)
    GROUP BY ALL
), long_stay AS (
    SELECT worker_id, starts_at, ends_at, lon, lat, day
    FROM stay
    WHERE day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
        AND day < timezone($zone, timezone('UTC', $end::TIMESTAMP))
        AND ends_at - starts_at > INTERVAL 30 MINUTE
        AND NOT EXISTS (
            SELECT 1
            FROM away
            WHERE away.worker_id = stay.worker_id
                AND away.starts_at < stay.ends_at
                AND away.ends_at > stay.starts_at
        )
), reason AS (
    SELECT lon, lat, NULL::DATE AS day FROM place
    UNION ALL
    SELECT lon, lat, timezone($zone, timezone('UTC', reported_at))::DATE
    FROM incident
    WHERE located = 'point' AND reported_at >= $start AND reported_at < $end
), idle AS (
    SELECT worker_id, sum(date_diff('second', starts_at, ends_at)) / 60 AS minutes
    FROM long_stay
    WHERE NOT EXISTS (
        SELECT 1
        FROM reason
        -- 111195 m in a degree of the mean sphere; exact enough over 50 m
        WHERE coalesce(reason.day = long_stay.day, true)
            AND abs(reason.lat - long_stay.lat) <= 50 / 111195.0
            AND sqrt(
                pow((reason.lat - long_stay.lat) * 111195, 2)
                + pow((reason.lon - long_stay.lon) * 111195 * cos(radians(long_stay.lat)), 2)
            ) <= 50
    )
    GROUP BY ALL
)
SELECT
    coalesce(worker.area_id, $city || '~') AS area_id,
    worker.unit_id,
    duty.worker_id,
    coalesce(idle.minutes, 0) AS part,
    greatest(duty.minutes - coalesce(absent.minutes, 0), 0) AS whole
FROM duty
LEFT JOIN worker USING (worker_id)
LEFT JOIN idle USING (worker_id)
LEFT JOIN absent USING (worker_id)
