/*
row = "a feed that has a clock, and the moment of its first row anywhere in the scope; feeds without any row are left out"
store = "warehouse"
tables = ["area_link", "incident", "worker_day", "visit", "service_item", "call_back", "dispute"]
personal = false
*/
WITH seen AS (
    SELECT area_id FROM area_link WHERE ancestor_id = $scope
), first AS (
    SELECT 'incident' AS feed, min(reported_at) AS since FROM incident SEMI JOIN seen USING (area_id)
    UNION ALL
    SELECT 'incident_step', min(reported_at) FROM incident SEMI JOIN seen USING (area_id)
    UNION ALL
    SELECT 'fix', timezone('UTC', timezone($zone, min(day)::TIMESTAMP)) FROM worker_day SEMI JOIN seen USING (area_id)
    UNION ALL
    SELECT 'visit', min(visited_at) FROM visit SEMI JOIN seen USING (area_id)
    UNION ALL
    SELECT 'service_item', min(asked_at) FROM service_item SEMI JOIN seen USING (area_id)
    UNION ALL
    SELECT 'call_back', min(called_at) FROM call_back
    UNION ALL
    SELECT 'dispute', min(screened_at) FROM dispute SEMI JOIN seen USING (area_id)
)
SELECT feed, since FROM first WHERE since IS NOT NULL ORDER BY feed
