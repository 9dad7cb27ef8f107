/*
zh = "人民调解占比"
en = "Settled by people's mediation"
pillar = "governance"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "S17 mediation"
inputs = ["dispute"]
definition_zh = "期内化解成功且填明方式的矛盾纠纷中，由人民调解化解的占比。"
definition_en = "Of the disputes settled in the period whose way is stated: those settled by people's mediation."
*/
SELECT
    area_id,
    NULL::VARCHAR AS unit_id,
    NULL::VARCHAR AS worker_id,
    count(*) FILTER (mode = 'people') AS part,
    count(*) AS whole
FROM dispute
WHERE ended_at >= $start AND ended_at < $end AND outcome = 'success' AND mode IS NOT NULL
GROUP BY ALL
