/*
row = "what became by $now of the incidents reported in a ripe period: a conversion is counted over these alone"
store = "warehouse"
tables = ["incident", "area_link"]
personal = false
*/
SELECT
    count(*) AS n,
    count(*) FILTER (coalesce(accepted_at, handled_at) <= $now) AS accepted,
    count(*) FILTER (handled_at <= $now) AS handled,
    count(*) FILTER (closed_at <= $now AND state = 'S90') AS passed
FROM incident
WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
    AND reported_at >= $start
    AND reported_at < $end
    AND state NOT IN ('S92', 'S93')
