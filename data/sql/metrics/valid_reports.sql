/*
zh = "有效上报率"
en = "Valid reports"
pillar = "information"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "W12"
inputs = ["incident"]
definition_zh = "期内网格员上报、已作出决定的事件中，未被不予受理的占比；导入的数据分不出重复上报，并案的不单独扣除。"
definition_en = "Of the incidents workers reported in the period that were decided: those not rejected; loaded data do not tell duplicates apart, so cases merged into another are not taken off."
*/
SELECT
    area_id,
    unit_id,
    worker_id,
    count(*) FILTER (state <> 'S92') AS part,
    count(*) AS whole
FROM incident
WHERE reported_at >= $start
    AND reported_at < $end
    AND source = 'worker'
    AND state <> 'S93'
    AND (filed_at <= $now OR state = 'S92' OR closed_at <= $now)
GROUP BY ALL
