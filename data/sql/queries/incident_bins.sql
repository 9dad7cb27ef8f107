/*
row = "a bin of the period, empty ones included, and how many incidents were reported in it"
store = "warehouse"
tables = ["incident", "area_link"]
personal = false
*/
WITH counted AS (
    SELECT floor(epoch(reported_at - $start::TIMESTAMP) / $seconds)::BIGINT AS bin, count(*) AS n
    FROM incident
    WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
        AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
        AND reported_at >= $start
        AND reported_at < $end
        AND state <> 'S93'
    GROUP BY bin
), bins AS (
    SELECT unnest(range(ceil(epoch($end::TIMESTAMP - $start::TIMESTAMP) / $seconds)::BIGINT)) AS bin
)
SELECT $start::TIMESTAMP + to_seconds(bin * $seconds) AS bin_at, coalesce(counted.n, 0) AS n
FROM bins
LEFT JOIN counted USING (bin)
ORDER BY bin_at
