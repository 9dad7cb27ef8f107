/*
row = "an area (leaf or unlocated) and a unit: incidents due in a period as the statistics table of 数字城管 systems counts them"
store = "warehouse"
tables = ["incident", "area_link"]
personal = false
*/
SELECT
    area_id,
    unit_id,
    count(*)::DOUBLE AS due,
    count(*) FILTER (handled_at <= least(deadline_at, $now))::DOUBLE AS in_time,
    count(*) FILTER (closed_at <= $now)::DOUBLE AS closed,
    count(*) FILTER (handled_at <= $now)::DOUBLE AS handled,
    count(*) FILTER (handled_at <= $now AND reworks > 0)::DOUBLE AS reworked
FROM incident
WHERE deadline_at >= $start
    AND deadline_at < $end
    AND state NOT IN ('S92', 'S93', 'X3')
    -- a case still under way counts once its deadline is over
    AND (handled_at <= $now OR deadline_at < $now)
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
GROUP BY ALL
ORDER BY area_id, unit_id
