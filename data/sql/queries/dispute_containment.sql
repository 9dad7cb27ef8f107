/*
row = "a size of dispute: of those that ended in the period, how many were settled no higher than they should be (small: one level above the grid, large: two), how many leaked, of how many the level is not known"
store = "warehouse"
tables = ["dispute", "level_rank", "area_link"]
personal = false
*/
WITH judged AS (
    SELECT
        dispute.size,
        dispute.outcome,
        dispute.settled_level,
        CASE WHEN dispute.settled_level = 'above' THEN 99 ELSE level_rank.rank END AS rank,
        CASE dispute.size WHEN 'small' THEN 2 WHEN 'large' THEN 3 END AS highest
    FROM dispute
    LEFT JOIN level_rank ON level_rank.level = dispute.settled_level
    WHERE dispute.ended_at >= $start
        AND dispute.ended_at < $end
        AND dispute.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
        AND dispute.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
)
SELECT
    size,
    count(*) AS ended,
    count(*) FILTER (outcome = 'success' AND rank <= highest) AS contained,
    count(*) FILTER (outcome = 'escalated' OR settled_level = 'above' OR rank > highest) AS leaked,
    count(*) FILTER (outcome = 'success' AND rank IS NULL) AS unknown
FROM judged
GROUP BY size
ORDER BY size DESC NULLS LAST
