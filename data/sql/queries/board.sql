/*
row = "an incident in progress, or one that ended and has not left operations yet; first to expire first"
store = "operations"
tables = ["incident"]
personal = false
*/
SELECT
    incident_id, source, owner, kind, subkind, severity, title, area_id, located,
    CASE WHEN kind <> 'SPG' AND located = 'point' THEN lon END AS lon,
    CASE WHEN kind <> 'SPG' AND located = 'point' THEN lat END AS lat,
    reported_at, state, unit_id, level, worker_id, deadline_at, first_deadline_at, due_step, due_at,
    accepted_at, filed_at, dispatched_at, arrived_at, arrived_track_at, handled_at, closed_at, max_level,
    supervised, unlisted, review_at, merged_into, cycle, version, seq
FROM incident
WHERE closed_at IS NULL OR closed_at > $since
ORDER BY due_at IS NULL, due_at, incident_id
