/*
zh = "每百户走访户次"
en = "Visits per 100 households"
pillar = "service"
unit = "percent"
better = "higher"
kind = "ratio"
version = 1
code = "W10"
inputs = ["visit", "area_attribute"]
definition_zh = "期内走访户次除以网格内户数；同一户多次走访按多次计，数由网格员自报。"
definition_en = "Households visited in the period divided by the households there; a household visited twice counts twice; as workers report it."
*/
SELECT area_id, NULL::VARCHAR AS unit_id, worker_id, sum(households) AS part, 0 AS whole
FROM visit
WHERE visited_at >= $start AND visited_at < $end
GROUP BY ALL
UNION ALL
SELECT area_attribute.area_id, NULL, NULL, 0, sum(area_attribute.households)
FROM area_attribute
JOIN area ON area.area_id = area_attribute.area_id
WHERE area.level = $leaf
GROUP BY ALL
