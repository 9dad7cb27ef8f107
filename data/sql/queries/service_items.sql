/*
row = "a kind of service and a channel: how many were asked for in the period, how many of them are done by its end, median seconds until then"
store = "warehouse"
tables = ["service_item", "area_link"]
personal = false
*/
SELECT
    kind,
    channel,
    count(*) AS n,
    count(*) FILTER (done_at < $end) AS done,
    median(epoch(done_at - asked_at)) FILTER (done_at < $end) AS median_s
FROM service_item
WHERE asked_at >= $start
    AND asked_at < $end
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
GROUP BY ALL
ORDER BY kind, channel
