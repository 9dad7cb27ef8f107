/*
zh = "重点点位到访率"
en = "Key area visits"
pillar = "information"
unit = "percent"
better = "higher"
kind = "ratio"
version = 1
code = "W9"
inputs = ["key_area", "fix"]
definition_zh = "期内已结束、且全程有轨迹的自然周中，重点区域应到访次数里已完成的占比；到访指在区域外缘 50 米内连续停留 3 分钟以上，半小时内再来不另计；每处每周最多计到应到次数，多去一处不能抵另一处。"
definition_en = "Of the visits required of key areas in calendar weeks that ended in the period and were tracked throughout: those made. A visit is 3 minutes on end within 50 m; back within half an hour is no further one; each area counts at most what its week requires, so that many visits to one do not pay for another."
*/
WITH whole AS (
    SELECT unnest(range(
        date_trunc('week', timezone($zone, timezone('UTC', $start::TIMESTAMP)) - INTERVAL 6 DAY),
        least(timezone($zone, timezone('UTC', $end::TIMESTAMP)), timezone($zone, timezone('UTC', $now::TIMESTAMP)))
            - INTERVAL 7 DAY + INTERVAL 1 MICROSECOND,
        INTERVAL 7 DAY
    ))::DATE AS monday
), week AS (
    SELECT monday
    FROM whole
    WHERE monday >= (SELECT min(day) FROM chunk)
        AND monday + 7 > timezone($zone, timezone('UTC', $start::TIMESTAMP))
), made AS (
    SELECT key_area_id, date_trunc('week', day)::DATE AS monday, count(*) AS n
    FROM key_visit
    WHERE counts AND day >= (SELECT min(monday) FROM week)
    GROUP BY ALL
)
SELECT
    key_area.area_id,
    NULL::VARCHAR AS unit_id,
    NULL::VARCHAR AS worker_id,
    sum(least(coalesce(made.n, 0), key_area.visits_per_week)) AS part,
    sum(key_area.visits_per_week) AS whole
FROM key_area
CROSS JOIN week
LEFT JOIN made ON made.key_area_id = key_area.key_area_id AND made.monday = week.monday
WHERE key_area.visits_per_week > 0
    AND (key_area.valid_from IS NULL OR key_area.valid_from <= week.monday)
    AND (key_area.valid_to IS NULL OR key_area.valid_to >= week.monday + 7)
GROUP BY key_area.area_id
