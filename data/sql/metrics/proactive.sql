/*
zh = "主动发现率"
en = "Found before anybody complained"
pillar = "information"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "C23"
inputs = ["incident"]
definition_zh = "期内上报的有效事件（不含不予受理和作废）中，来自网格员巡查或视频发现的占比。"
definition_en = "Of the valid incidents reported in the period (neither rejected nor void): those that came from workers or cameras."
*/
SELECT
    area_id,
    unit_id,
    worker_id,
    count(*) FILTER (source IN ('worker', 'video')) AS part,
    count(*) AS whole
FROM incident
WHERE reported_at >= $start AND reported_at < $end AND state NOT IN ('S92', 'S93')
GROUP BY ALL
