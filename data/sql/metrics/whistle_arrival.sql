/*
zh = "吹哨报到率"
en = "Arrived after a whistle"
pillar = "governance"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "C21 arrival"
store = "operations"
inputs = []
definition_zh = "街道吹哨后，应在期内报到的单位中，已报到（含逾期报到）的占比；撤销的吹哨不计入，不再需要的单位仍计入。"
definition_en = "Of the units called by a whistle (吹哨报到) that had to arrive in the period: those that arrived, late or not; cancelled whistles count nowhere, a unit no longer needed still counts."
*/
SELECT
    whistle.area_id,
    whistle_call.unit_id,
    NULL AS worker_id,
    sum(CASE WHEN whistle_call.arrived_at <= $now THEN 1 ELSE 0 END) AS part,
    count(*) AS whole
FROM whistle
JOIN whistle_call ON whistle_call.whistle_id = whistle.whistle_id
WHERE whistle.arrive_by >= $start
    AND whistle.arrive_by < $end
    AND whistle.arrive_by <= $now
    AND coalesce(whistle.outcome, '') <> 'cancelled'
GROUP BY whistle.area_id, whistle_call.unit_id
