/*
zh = "有效轨迹率"
en = "Valid fixes"
pillar = "information"
unit = "percent"
better = "higher"
kind = "ratio"
version = 2
code = "W6"
inputs = ["fix"]
definition_zh = "期内收到的定位中，通过全部有效性规则的占比；无信号地点（网格+ 场所中类别为 no_signal 者）五十米内的定位不计。"
definition_en = "Of the fixes received in the period: those that pass every validity rule; fixes within 50 m of a mapped place of kind no_signal are left out."
*/
WITH silent AS (
    -- 111195 m in a degree of the mean sphere; exact enough over 50 m
    SELECT
        fix.day,
        fix.worker_id,
        count(DISTINCT fix.fixed_at) AS fixes,
        count(DISTINCT fix.fixed_at) FILTER (fix.flags = 0) AS valid_fixes
    FROM fix
    JOIN place
        ON place.kind = 'no_signal'
        AND fix.lat BETWEEN place.lat - 50 / 111195.0 AND place.lat + 50 / 111195.0
        AND sqrt(
            pow((fix.lat - place.lat) * 111195, 2) + pow((fix.lon - place.lon) * 111195 * cos(radians(place.lat)), 2)
        ) <= 50
    WHERE fix.day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
        AND fix.day < timezone($zone, timezone('UTC', $end::TIMESTAMP))
        AND EXISTS (SELECT 1 FROM place WHERE kind = 'no_signal')
    GROUP BY ALL
)
SELECT
    worker_day.area_id,
    worker.unit_id,
    worker_day.worker_id,
    sum(worker_day.valid_fixes - coalesce(silent.valid_fixes, 0)) AS part,
    sum(worker_day.fixes - coalesce(silent.fixes, 0)) AS whole
FROM worker_day
LEFT JOIN silent USING (day, worker_id)
LEFT JOIN worker USING (worker_id)
WHERE worker_day.day >= timezone($zone, timezone('UTC', $start::TIMESTAMP))::DATE
    AND worker_day.day < timezone($zone, timezone('UTC', $end::TIMESTAMP))
GROUP BY ALL
