/*
row = "a weekday (1 Monday .. 7 Sunday) and hour of the city's clock in which incidents were reported"
store = "warehouse"
tables = ["incident", "area_link"]
personal = false
*/
WITH local AS (
    SELECT timezone($zone, timezone('UTC', reported_at)) AS reported_at
    FROM incident
    WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
        AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
        AND reported_at >= $start
        AND reported_at < $end
        AND state <> 'S93'
)
SELECT isodow(reported_at)::INTEGER AS weekday, hour(reported_at)::INTEGER AS hour, count(*) AS n
FROM local
GROUP BY ALL
ORDER BY weekday, hour
