/*
zh = "在岗率"
en = "In the own grid"
pillar = "information"
unit = "percent"
better = "higher"
kind = "ratio"
version = 2
code = "W7"
inputs = ["fix"]
definition_zh = "期内的有效定位中，落在本人责任区域内的占比；开会和执行交办任务时的定位不计。"
definition_en = "Of the valid fixes of the period: those inside the worker's assigned area; fixes during meetings and ordered tasks are left out."
*/
WITH away AS (
    SELECT worker_id, starts_at, ends_at
    FROM roster
    WHERE kind IN ('meeting', 'task') AND ends_at > $start AND starts_at < $end
), absent AS (
    SELECT
        fix.day,
        fix.worker_id,
        count(DISTINCT fix.fixed_at) AS valid_fixes,
        count(DISTINCT fix.fixed_at) FILTER (area_link.ancestor_id IS NOT NULL) AS own_fixes
    FROM fix
    JOIN away ON away.worker_id = fix.worker_id AND fix.fixed_at >= away.starts_at AND fix.fixed_at < away.ends_at
    JOIN worker_day ON worker_day.worker_id = fix.worker_id AND worker_day.day = fix.day
    LEFT JOIN area_link ON area_link.area_id = fix.area_id AND area_link.ancestor_id = worker_day.area_id
    WHERE fix.flags = 0
        AND fix.day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
        AND fix.day < timezone($zone, timezone('UTC', $end::TIMESTAMP))
        AND EXISTS (SELECT 1 FROM away)
    GROUP BY ALL
)
SELECT
    worker_day.area_id,
    worker.unit_id,
    worker_day.worker_id,
    sum(worker_day.own_fixes - coalesce(absent.own_fixes, 0)) AS part,
    sum(worker_day.valid_fixes - coalesce(absent.valid_fixes, 0)) AS whole
FROM worker_day
LEFT JOIN absent USING (day, worker_id)
LEFT JOIN worker USING (worker_id)
WHERE worker_day.day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
    AND worker_day.day < timezone($zone, timezone('UTC', $end::TIMESTAMP))
GROUP BY ALL
