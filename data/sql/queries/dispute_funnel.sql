/*
row = "the disputes screened in the period, in the area: how far they have come by $now, and the site's five checks (true of those that say)"
store = "warehouse"
tables = ["dispute", "area_link"]
personal = false
*/
SELECT
    count(*) AS screened,
    count(*) FILTER (accepted_at <= $now) AS accepted,
    count(*) FILTER (mediated_at <= $now) AS mediated,
    count(*) FILTER (ended_at <= $now) AS ended,
    count(*) FILTER (ended_at <= $now AND outcome = 'success') AS success,
    count(*) FILTER (ended_at <= $now AND outcome = 'failed') AS failed,
    count(*) FILTER (ended_at <= $now AND outcome = 'escalated') AS escalated,
    count(*) FILTER (ended_at IS NULL OR ended_at > $now) AS open,
    median(epoch(ended_at - screened_at)) FILTER (ended_at <= $now) AS median_s,
    count(*) FILTER (check_1) AS check_1,
    count(check_1) AS checked_1,
    count(*) FILTER (check_2) AS check_2,
    count(check_2) AS checked_2,
    count(*) FILTER (check_3) AS check_3,
    count(check_3) AS checked_3,
    count(*) FILTER (check_4) AS check_4,
    count(check_4) AS checked_4,
    count(*) FILTER (check_5) AS check_5,
    count(check_5) AS checked_5
FROM dispute
WHERE screened_at >= $start
    AND screened_at < $end
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
HAVING count(*) > 0
