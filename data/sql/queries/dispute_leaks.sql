/*
row = "a dispute that ended in the period and left the level it should have been settled at, newest first"
store = "warehouse"
tables = ["dispute", "area", "level_rank", "area_link"]
personal = false
*/
SELECT
    dispute.dispute_id,
    dispute.incident_id,
    dispute.area_id,
    area.name AS area_name,
    dispute.size,
    dispute.people,
    dispute.screened_at,
    dispute.ended_at,
    dispute.outcome,
    dispute.settled_level,
    dispute.mode
FROM dispute
JOIN area ON area.area_id = dispute.area_id
LEFT JOIN level_rank ON level_rank.level = dispute.settled_level
WHERE dispute.ended_at >= $start
    AND dispute.ended_at < $end
    AND dispute.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND dispute.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
    AND (
        dispute.outcome = 'escalated'
        OR dispute.settled_level = 'above'
        OR level_rank.rank > CASE dispute.size WHEN 'small' THEN 2 WHEN 'large' THEN 3 END
    )
ORDER BY dispute.ended_at DESC, dispute.dispute_id
LIMIT $most
