/*
zh = "纠纷化解成功率"
en = "Disputes settled"
pillar = "governance"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "S17 success"
inputs = ["dispute"]
definition_zh = "期内办结的矛盾纠纷中，化解成功的占比。"
definition_en = "Of the disputes that ended in the period: those settled with success."
*/
SELECT
    area_id,
    NULL::VARCHAR AS unit_id,
    NULL::VARCHAR AS worker_id,
    count(*) FILTER (outcome = 'success') AS part,
    count(*) AS whole
FROM dispute
WHERE ended_at >= $start AND ended_at < $end
GROUP BY ALL
