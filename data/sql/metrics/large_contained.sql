/*
zh = "大矛盾不出镇街率"
en = "Large disputes contained"
pillar = "governance"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "S17 large"
inputs = ["dispute"]
definition_zh = "期内办结的大矛盾中，在网格以上第 2 级及以下化解成功的占比；化解成功而未填层级的不计。"
definition_en = "Of the large disputes that ended in the period: those settled no more than two levels above the grid; settled ones whose level is not stated are left out."
*/
SELECT
    dispute.area_id,
    NULL::VARCHAR AS unit_id,
    NULL::VARCHAR AS worker_id,
    count(*) FILTER (dispute.outcome = 'success' AND level_rank.rank <= 3) AS part,
    count(*) AS whole
FROM dispute
LEFT JOIN level_rank ON level_rank.level = dispute.settled_level
WHERE dispute.ended_at >= $start
    AND dispute.ended_at < $end
    AND dispute.size = 'large'
    AND (dispute.outcome <> 'success' OR dispute.settled_level IS NOT NULL)
GROUP BY ALL
