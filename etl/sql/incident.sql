/*
row = "an incident, derived from its report and its steps and from nothing else (domain: states)"
store = "warehouse"
tables = ["incident_report", "incident_step", "level_rank"]
*/
-- Steps are ordered by their time, not by their arrival; the same state at the same moment counts once. At the same
-- moment the plain states stand in the order of their codes, then the exceptional ones, then what leaves those.
-- A later stage implies the earlier ones: a case in handling has been accepted and filed.
-- The deadline is set by reporting, accepting, filing, extending, re-opening or going on after a pause; deadlines of a dispatch, a check or a
-- rework belong to that stage, and the case goes on being judged by its own.
-- Levels are those of the units that handled the case or returned it. A desk that accepts, a centre that checks and a
-- supervisor who ends a pause or forces the closing do not lift a case out of its grid; nobody solved a case whose
-- closing was forced.
WITH step AS (
    SELECT
        incident_id,
        -- time first; at the same microsecond the place in the order described above
        epoch_us(stepped_at) * 256
            + CASE WHEN from_state LIKE 'X%' THEN 128 ELSE 0 END
            + CASE WHEN to_state LIKE 'X%' THEN 100 ELSE 0 END
            + substr(to_state, 2)::INTEGER AS number,
        any_value(to_state) AS to_state,
        any_value(stepped_at) AS stepped_at,
        min(from_state) AS from_state,
        min(unit_id) AS unit_id,
        min(level) AS level,
        min(worker_id) AS worker_id,
        min(deadline_at) AS deadline_at
    FROM incident_step
    GROUP BY ALL
), graded AS (
    SELECT
        step.*,
        -- the level of a department outside the tree counts as above the city
        CASE WHEN step.level IS NOT NULL THEN coalesce(level_rank.rank, 99) END AS rank,
        to_state = 'S50' AND coalesce(from_state = 'X3', false) AS is_resuming,
        to_state IN ('S50', 'S60', 'S91', 'X1') AND NOT is_resuming AS is_handling,
        to_state IN ('S10', 'S20', 'S30', 'X2', 'X6') OR is_resuming AS sets_deadline
    FROM step
    LEFT JOIN level_rank ON level_rank.level = step.level
), history AS (
    SELECT
        incident_id,
        min(stepped_at) FILTER (to_state IN ('S20', 'S30', 'S40', 'S50', 'S60', 'S65')) AS accepted_at,
        min(stepped_at) FILTER (to_state IN ('S30', 'S40', 'S50', 'S60', 'S65')) AS filed_at,
        max(number) FILTER (to_state = 'S60') AS done_number,
        max(stepped_at) FILTER (to_state = 'S60') AS done_at,
        max(number) FILTER (to_state IN ('S30', 'S40', 'S50', 'X1', 'X5', 'X6')) AS back_number,
        arg_max(to_state, number) FILTER (to_state NOT IN ('X2', 'X4')) AS state,
        arg_max(stepped_at, number) FILTER (to_state NOT IN ('X2', 'X4')) AS state_at,
        arg_max(deadline_at, number) FILTER (sets_deadline) AS deadline_at,
        arg_min(deadline_at, number) FILTER (sets_deadline) AS first_deadline_at,
        arg_max(unit_id, number) FILTER (is_handling OR to_state = 'S40') AS handling_unit,
        arg_max(unit_id, number) AS last_unit,
        arg_min(level, number) FILTER (to_state = 'S10') AS first_level,
        arg_max(level, number) FILTER (is_handling) AS handling_level,
        arg_max(level, number) FILTER (to_state = 'S40') AS dispatched_level,
        arg_max(level, number) FILTER (to_state IN ('S90', 'S91')) AS closing_level,
        arg_max(level, rank) FILTER (is_handling) AS highest_level,
        arg_min(worker_id, number) FILTER (to_state = 'S10') AS worker_id,
        count(*) FILTER (to_state = 'X1') AS returns,
        count(*) FILTER (to_state = 'X5') AS reworks,
        count(*) FILTER (to_state = 'X2') AS extensions,
        count(*) FILTER (to_state = 'X6') AS reopens,
        greatest(count(*) FILTER (to_state = 'S65'), count(*) FILTER (to_state = 'X5')) AS checks
    FROM graded
    GROUP BY incident_id
), settled AS (
    SELECT
        *,
        CASE WHEN state IN ('S90', 'S91', 'S94') THEN state_at END AS closed_at,
        CASE WHEN done_number > coalesce(back_number, 0) THEN done_at END AS kept_done_at
    FROM history
)
SELECT
    report.incident_id,
    report.source,
    report.kind,
    report.subkind,
    report.severity,
    report.title,
    report.area_id,
    report.located,
    CASE WHEN report.located = 'point' THEN report.lon END AS lon,
    CASE WHEN report.located = 'point' THEN report.lat END AS lat,
    report.reported_at,
    settled.accepted_at,
    settled.filed_at,
    coalesce(settled.kept_done_at, settled.closed_at) AS handled_at,
    settled.closed_at,
    settled.deadline_at,
    settled.first_deadline_at,
    coalesce(settled.state, 'S10') AS state,
    coalesce(settled.handling_unit, settled.last_unit) AS unit_id,
    coalesce(
        report.discovered_level,
        settled.first_level,
        CASE WHEN report.source = 'worker' THEN (SELECT min(level) FROM level_rank WHERE rank = 1) END
    ) AS discovered_level,
    CASE
        WHEN settled.state IN ('S90', 'S91')
        THEN coalesce(settled.handling_level, settled.dispatched_level, settled.closing_level)
    END AS solved_level,
    coalesce(settled.highest_level, settled.dispatched_level, settled.closing_level) AS max_level,
    coalesce(settled.returns, 0) AS returns,
    coalesce(settled.reworks, 0) AS reworks,
    coalesce(settled.extensions, 0) AS extensions,
    coalesce(settled.reopens, 0) AS reopens,
    coalesce(settled.checks, 0) AS checks,
    coalesce(report.worker_id, settled.worker_id) AS worker_id
FROM incident_report AS report
LEFT JOIN settled USING (incident_id)
