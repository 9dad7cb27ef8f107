/*
row = "one incident in progress, or one that ended and has not left operations yet; special groups are never a point"
store = "operations"
tables = ["incident"]
personal = false
*/
SELECT
    incident_id, source, owner, kind, subkind, severity, title, detail, area_id, located,
    CASE WHEN kind <> 'SPG' AND located = 'point' THEN lon END AS lon,
    CASE WHEN kind <> 'SPG' AND located = 'point' THEN lat END AS lat,
    reported_at, discovered_level, reporter_id, state, unit_id, level, worker_id, deadline_at, first_deadline_at,
    due_step, due_at, accepted_at, filed_at, dispatched_at, arrived_at, arrived_track_at, handled_at, closed_at,
    paused_at, review_at, max_level, supervised, unlisted, merged_into, cycle, version, seq
FROM incident
WHERE incident_id = $incident
