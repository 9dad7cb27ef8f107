/*
zh = "立案率"
en = "Filed of those decided"
pillar = "governance"
unit = "percent"
better = "none"
kind = "share"
version = 1
code = "C1"
inputs = ["incident"]
definition_zh = "期内上报、已作出决定（立案或不予受理）的事件中，立案的占比；当场自行处置、无需立案的不计。"
definition_en = "Of the incidents reported in the period that were decided (filed or rejected): those filed; what was settled on the spot and needs no filing is left out."
*/
SELECT
    area_id,
    unit_id,
    worker_id,
    count(*) FILTER (filed_at <= $now) AS part,
    count(*) AS whole
FROM incident
WHERE reported_at >= $start
    AND reported_at < $end
    AND state <> 'S93'
    AND (filed_at <= $now OR state = 'S92')
GROUP BY ALL
