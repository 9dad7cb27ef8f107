/*
row = "who or what is in an alarm, in the order they joined; began_at and ended_at of their own"
store = "operations"
tables = ["alarm"]
personal = false
persons = "subject_id"
*/
SELECT
    alarm.alarm_id,
    alarm.area_id,
    alarm_member.kind,
    alarm_member.subject_id,
    position.name,
    alarm_member.began_at,
    alarm_member.ended_at,
    alarm_member.kind = 'worker' AS personal
FROM alarm_member
JOIN alarm ON alarm.alarm_id = alarm_member.alarm_id
LEFT JOIN position ON alarm_member.kind = 'worker' AND position.worker_id = alarm_member.subject_id
WHERE alarm_member.alarm_id = $alarm AND alarm.raised_at IS NOT NULL
ORDER BY alarm_member.began_at, alarm_member.kind, alarm_member.subject_id
