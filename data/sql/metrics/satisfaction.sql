/*
zh = "回访满意率"
en = "Satisfaction"
pillar = "service"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "C21"
inputs = ["call_back"]
definition_zh = "期内回访中明确表示满意与否的，其中满意的占比；须与回访应答率一起看。"
definition_en = "Of the call-backs of the period in which somebody said whether they are satisfied: those who are; to be read with the response rate."
*/
SELECT
    coalesce(incident.area_id, service_item.area_id, $city || '~') AS area_id,
    incident.unit_id,
    NULL::VARCHAR AS worker_id,
    count(*) FILTER (call_back.satisfied) AS part,
    count(call_back.satisfied) AS whole
FROM call_back
LEFT JOIN incident ON incident.incident_id = call_back.incident_id
LEFT JOIN service_item ON service_item.item_id = call_back.item_id
WHERE call_back.called_at >= $start AND call_back.called_at < $end
GROUP BY ALL
