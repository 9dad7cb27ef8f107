/*
zh = "网上办理率"
en = "Online service share"
pillar = "service"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "S25 online"
inputs = ["service_item"]
definition_zh = "期内申请的服务事项中，网上办理的占比。"
definition_en = "Of the services asked for in the period: those asked for online."
*/
SELECT
    area_id,
    NULL::VARCHAR AS unit_id,
    NULL::VARCHAR AS worker_id,
    count(*) FILTER (channel = 'online') AS part,
    count(*) AS whole
FROM service_item
WHERE asked_at >= $start AND asked_at < $end
GROUP BY ALL
