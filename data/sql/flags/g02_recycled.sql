/*
code = "G2"
about = ["area", "worker"]
inputs = ["incident"]
row = "workers' located reports of the period (whole), and those with another of the same worker and kind within 50 m in the 30 days before (part)"
*/
WITH report AS (
    SELECT incident_id, area_id, unit_id, worker_id, kind, subkind, reported_at, lon, lat
    FROM incident
    WHERE source = 'worker'
        AND located = 'point'
        AND worker_id IS NOT NULL
        AND state <> 'S93'
        AND reported_at >= $start::TIMESTAMP - INTERVAL 30 DAY
        AND reported_at < $end
), again AS (
    SELECT DISTINCT later.incident_id
    FROM report AS later
    JOIN report AS earlier
        ON earlier.worker_id = later.worker_id
        AND earlier.kind = later.kind
        AND earlier.subkind IS NOT DISTINCT FROM later.subkind
        AND earlier.incident_id <> later.incident_id
        AND earlier.reported_at <= later.reported_at
        AND earlier.reported_at >= later.reported_at - INTERVAL 30 DAY
        -- 111195 m in a degree of the mean sphere; exact enough over 50 m
        AND sqrt(
            pow((earlier.lat - later.lat) * 111195, 2)
            + pow((earlier.lon - later.lon) * 111195 * cos(radians(later.lat)), 2)
        ) <= 50
    WHERE later.reported_at >= $start
)
SELECT report.area_id, report.unit_id, report.worker_id, count(again.incident_id) AS part, count(*) AS whole
FROM report
LEFT JOIN again USING (incident_id)
WHERE report.reported_at >= $start
GROUP BY ALL
