/*
zh = "上报数"
en = "Reported"
pillar = "information"
unit = "count"
better = "none"
kind = "count"
version = 1
code = "W11"
inputs = ["incident"]
definition_zh = "期内上报的事件数，不含作废。"
definition_en = "Incidents reported in the period, void ones left out."
*/
SELECT area_id, unit_id, worker_id, count(*) AS part, NULL::BIGINT AS whole
FROM incident
WHERE reported_at >= $start AND reported_at < $end AND state <> 'S93'
GROUP BY ALL
