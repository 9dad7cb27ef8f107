/*
zh = "小矛盾不出村居率"
en = "Small disputes contained"
pillar = "governance"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "S17 small"
inputs = ["dispute"]
definition_zh = "期内办结的小矛盾中，在网格以上第 1 级及以下化解成功的占比；化解成功而未填层级的不计。"
definition_en = "Of the small disputes that ended in the period: those settled no more than one level above the grid; settled ones whose level is not stated are left out."
*/
SELECT
    dispute.area_id,
    NULL::VARCHAR AS unit_id,
    NULL::VARCHAR AS worker_id,
    count(*) FILTER (dispute.outcome = 'success' AND level_rank.rank <= 2) AS part,
    count(*) AS whole
FROM dispute
LEFT JOIN level_rank ON level_rank.level = dispute.settled_level
WHERE dispute.ended_at >= $start
    AND dispute.ended_at < $end
    AND dispute.size = 'small'
    AND (dispute.outcome <> 'success' OR dispute.settled_level IS NOT NULL)
GROUP BY ALL
