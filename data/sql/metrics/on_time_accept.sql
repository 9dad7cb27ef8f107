/*
zh = "按时受理率"
en = "Accepted in time"
pillar = "service"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "C2"
inputs = ["incident", "incident_step"]
definition_zh = "期内受理的事件中，按自然时间在响应时限内受理的占比：特急 5 分钟、紧急 2 小时、一般 24 小时、次要和例行 48 小时。"
definition_en = "Of the incidents accepted in the period: those accepted within the response limit in natural time (5 minutes, 2 hours, 24 hours, 48 hours and 48 hours for severity 1 to 5)."
*/
WITH response(severity, seconds) AS (
    VALUES (1, 300), (2, 7200), (3, 86400), (4, 172800), (5, 172800)
)
SELECT
    incident.area_id,
    incident.unit_id,
    incident.worker_id,
    count(*) FILTER (incident.accepted_at <= incident.reported_at + to_seconds(response.seconds)) AS part,
    count(*) AS whole
FROM incident
JOIN response USING (severity)
WHERE incident.accepted_at >= $start AND incident.accepted_at < $end AND incident.state <> 'S93'
GROUP BY ALL
