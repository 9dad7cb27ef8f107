/*
row = "what call-backs of the period were about ('incident' or 'service'): calls, those somebody answered, those who said whether they are satisfied, those who are; likewise whether it was resolved"
store = "warehouse"
tables = ["call_back", "incident", "service_item", "area_link"]
personal = false
*/
WITH placed AS (
    SELECT call_back.*, coalesce(incident.area_id, service_item.area_id) AS area_id
    FROM call_back
    LEFT JOIN incident ON incident.incident_id = call_back.incident_id
    LEFT JOIN service_item ON service_item.item_id = call_back.item_id
    WHERE call_back.called_at >= $start AND call_back.called_at < $end
)
SELECT
    CASE WHEN incident_id IS NULL THEN 'service' ELSE 'incident' END AS about,
    count(*) AS called,
    count(*) FILTER (reached) AS reached,
    count(satisfied) AS answered,
    count(*) FILTER (satisfied) AS satisfied,
    count(resolved) AS resolved_told,
    count(*) FILTER (resolved) AS resolved
FROM placed
WHERE area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
GROUP BY about
ORDER BY about
