/*
row = "an alarm that is open or ended lately; personal: of one person's phone or way, whose name only those see who may"
store = "operations"
tables = ["alarm"]
personal = false
persons = "worker_id"
*/
SELECT
    alarm.alarm_id,
    alarm.rule,
    alarm.severity,
    alarm.area_id,
    alarm.area_name,
    CASE WHEN alarm.rule IN ('sos', 'off_grid', 'silent', 'low_battery') THEN
        CASE WHEN alarm.n_members = 1 THEN position.name END
    ELSE alarm.subject END AS subject,
    position.role,
    alarm.key_area_id,
    alarm.camera_id,
    alarm.incident_id,
    alarm.worker_id,
    alarm.lon,
    alarm.lat,
    alarm.value,
    alarm."limit",
    alarm.n_members,
    alarm.began_at,
    alarm.raised_at,
    alarm.ended_at,
    alarm.acked_at,
    alarm.acked_by,
    alarm.note,
    alarm.escalated_at,
    alarm.seq,
    alarm.rule IN ('sos', 'off_grid', 'silent', 'low_battery') AS personal
FROM alarm
LEFT JOIN position ON position.worker_id = alarm.worker_id
WHERE alarm.raised_at IS NOT NULL AND (alarm.ended_at IS NULL OR alarm.ended_at > $since)
ORDER BY
    CASE WHEN alarm.ended_at IS NULL AND alarm.acked_at IS NULL AND alarm.severity = 1 THEN 0 ELSE 1 END,
    CASE WHEN alarm.ended_at IS NULL THEN 0 ELSE 1 END,
    alarm.began_at,
    alarm.alarm_id
