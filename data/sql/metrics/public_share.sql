/*
zh = "公众参与率"
en = "Reported by the public"
pillar = "service"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "C24"
inputs = ["incident"]
definition_zh = "期内上报的有效事件（不含不予受理和作废）中，来自公众上报或 12345 热线的占比。"
definition_en = "Of the valid incidents reported in the period (neither rejected nor void): those that came from the public or the 12345 hotline."
*/
SELECT
    area_id,
    unit_id,
    worker_id,
    count(*) FILTER (source IN ('public', 'hotline')) AS part,
    count(*) AS whole
FROM incident
WHERE reported_at >= $start AND reported_at < $end AND state NOT IN ('S92', 'S93')
GROUP BY ALL
