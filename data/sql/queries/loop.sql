/*
row = "the closed loop of one area and period: its flow, what became of those reported in it, the backlog at $end, median seconds"
store = "warehouse"
tables = ["incident", "area_link"]
personal = false
*/
WITH known AS (
    -- whoever settled a case on the spot took it up; it has no time of waiting for a desk
    SELECT *, coalesce(accepted_at, handled_at) AS taken_at
    FROM incident
    WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
        AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
        AND state <> 'S93'
), mine AS (
    SELECT
        *,
        reported_at >= $start AND reported_at < $end AS is_reported,
        taken_at >= $start AND taken_at < $end AS is_accepted,
        handled_at >= $start AND handled_at < $end AS is_handled,
        closed_at >= $start AND closed_at < $end AS is_closed,
        reported_at < $end AND state <> 'S92' AND (closed_at IS NULL OR closed_at >= $end) AS is_open
    FROM known
)
SELECT
    count(*) FILTER (is_reported) AS reported,
    count(*) FILTER (is_accepted) AS accepted,
    count(*) FILTER (is_handled) AS handled,
    count(*) FILTER (is_closed AND state = 'S90' AND checks > 0) AS checked,
    count(*) FILTER (is_closed) AS closed,
    count(*) FILTER (is_reported AND taken_at < $end) AS reported_accepted,
    count(*) FILTER (is_reported AND handled_at < $end) AS reported_handled,
    count(*) FILTER (is_reported AND closed_at < $end) AS reported_closed,
    count(*) FILTER (is_open) AS open,
    count(*) FILTER (is_open AND state = 'X3') AS shelved,
    count(*) FILTER (
        is_open AND state <> 'X3' AND deadline_at < $end AND (handled_at IS NULL OR handled_at >= $end)
    ) AS overdue,
    median(epoch(accepted_at - reported_at)) FILTER (is_accepted) AS accept_s,
    median(epoch(handled_at - accepted_at)) FILTER (is_handled) AS handle_s,
    median(epoch(closed_at - handled_at)) FILTER (is_closed AND state = 'S90' AND checks > 0) AS check_s,
    median(epoch(closed_at - reported_at)) FILTER (is_closed) AS close_s
FROM mine
