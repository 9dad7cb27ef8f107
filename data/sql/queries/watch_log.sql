/*
row = "what people did in the room since a moment: watches, handovers, alarms, walls and acts on cases; newest first"
store = "operations"
tables = ["watch", "alarm", "wall", "incident"]
personal = false
*/
SELECT began_at AS done_at, 'begin' AS what, account, area_id, NULL AS subject, NULL AS other, NULL AS words
FROM watch WHERE began_at > $since
UNION ALL
SELECT ended_at, 'end', account, area_id, NULL, NULL, NULL FROM watch WHERE ended_at > $since
UNION ALL
SELECT given_at, 'give', from_account, area_id, handover_id, to_account, remark FROM handover WHERE given_at > $since
UNION ALL
SELECT taken_at, 'take', to_account, area_id, handover_id, from_account, NULL FROM handover WHERE taken_at > $since
UNION ALL
SELECT declined_at, 'decline', to_account, area_id, handover_id, from_account, answer
FROM handover WHERE declined_at > $since AND answer IS NOT NULL
UNION ALL
SELECT acked_at, 'acknowledge', acked_by, area_id, alarm_id, rule, note FROM alarm WHERE acked_at > $since
UNION ALL
SELECT put_at, 'put', put_by, area_id, target, wall, kind FROM wall_show WHERE put_at > $since
UNION ALL
SELECT ended_at, 'take_back', ended_by, area_id, target, wall, kind
FROM wall_show WHERE ended_at > $since AND ended_by IS NOT NULL
UNION ALL
SELECT step.stepped_at, 'act', step.account, incident.area_id, step.incident_id, step.act, step.reason
FROM step JOIN incident ON incident.incident_id = step.incident_id
WHERE step.stepped_at > $since AND step.account IS NOT NULL
ORDER BY 1 DESC, 2, 3
