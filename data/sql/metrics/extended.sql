/*
zh = "延期率"
en = "Extended share"
pillar = "governance"
unit = "percent"
better = "lower"
kind = "share"
version = 1
code = "C13"
inputs = ["incident", "incident_step"]
definition_zh = "期内立案的事件中，批准过延期的占比。"
definition_en = "Of the incidents filed in the period: those whose deadline was extended."
*/
SELECT
    area_id,
    unit_id,
    worker_id,
    count(*) FILTER (extensions > 0) AS part,
    count(*) AS whole
FROM incident
WHERE filed_at >= $start AND filed_at < $end AND state <> 'S93'
GROUP BY ALL
