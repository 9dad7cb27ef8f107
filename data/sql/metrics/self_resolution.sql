/*
zh = "自处置率"
en = "Settled on the spot"
pillar = "service"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "W13"
inputs = ["incident", "incident_step"]
definition_zh = "期内网格员上报、属于可自处置类别、已作出决定的事件中，由网格员当场自行处置结案且未被返工或重开的占比；可自处置类别见配置 [incidents] self_resolvable。"
definition_en = "Of the incidents workers reported in the period, of kinds they may settle themselves ([incidents] self_resolvable), that were decided: those settled on the spot and neither sent back nor re-opened."
*/
SELECT
    area_id,
    unit_id,
    worker_id,
    count(*) FILTER (state = 'S91' AND closed_at <= $now AND reworks = 0 AND reopens = 0) AS part,
    count(*) AS whole
FROM incident
WHERE reported_at >= $start
    AND reported_at < $end
    AND source = 'worker'
    AND list_contains($self_resolvable, kind)
    AND state NOT IN ('S92', 'S93')
    AND (filed_at <= $now OR closed_at <= $now)
GROUP BY ALL
