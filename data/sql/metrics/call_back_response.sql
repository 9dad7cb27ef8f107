/*
zh = "回访应答率"
en = "Call-back response rate"
pillar = "service"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "C21 response"
inputs = ["call_back"]
definition_zh = "期内回访中，得到满意与否答复的占比；没有接通或没有回答的都计入分母。"
definition_en = "Of the call-backs of the period: those in which somebody said whether they are satisfied; calls nobody answered count in the whole."
*/
SELECT
    coalesce(incident.area_id, service_item.area_id, $city || '~') AS area_id,
    incident.unit_id,
    NULL::VARCHAR AS worker_id,
    count(call_back.satisfied) AS part,
    count(*) AS whole
FROM call_back
LEFT JOIN incident ON incident.incident_id = call_back.incident_id
LEFT JOIN service_item ON service_item.item_id = call_back.item_id
WHERE call_back.called_at >= $start AND call_back.called_at < $end
GROUP BY ALL
