/*
zh = "吹哨解决率"
en = "Resolved by a whistle"
pillar = "governance"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "C21 resolved"
store = "operations"
inputs = []
definition_zh = "期内结束的吹哨中，以问题解决告终的占比；撤销的吹哨不计入。一次吹哨可召集多个单位，故不归于单个单位。"
definition_en = "Of the whistles (吹哨报到) ended in the period: those that ended with the matter resolved; cancelled ones count nowhere. A whistle may call several units, so it is no unit's own."
*/
SELECT
    area_id,
    NULL AS unit_id,
    NULL AS worker_id,
    sum(CASE WHEN outcome = 'resolved' THEN 1 ELSE 0 END) AS part,
    count(*) AS whole
FROM whistle
WHERE ended_at >= $start AND ended_at < $end AND ended_at <= $now AND outcome <> 'cancelled'
GROUP BY area_id
