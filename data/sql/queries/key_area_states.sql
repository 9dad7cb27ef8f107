/*
row = "a key area valid on the local day of $now: its last counted visit until then, counted visits since that week's Monday, its newest count of people, and the first day there are tracks of"
store = "warehouse"
tables = ["key_area", "key_visit", "people_count", "worker_day", "area", "area_link"]
personal = false
*/
WITH instant AS (
    SELECT timezone($zone, timezone('UTC', $now::TIMESTAMP))::DATE AS today
), made AS (
    SELECT
        key_area_id,
        max(left_at) AS last_at,
        max(key_visit.day) AS last_day,
        count(*) FILTER (key_visit.day >= date_trunc('week', today)) AS visits
    FROM key_visit
    CROSS JOIN instant
    WHERE counts AND arrived_at <= $now AND key_visit.day <= today
    GROUP BY key_area_id
), people AS (
    SELECT key_area_id, max(counted_at) AS counted_at, arg_max(count, (counted_at, count)) AS people
    FROM people_count
    CROSS JOIN instant
    WHERE counted_at <= $now AND day BETWEEN today - 7 AND today
    GROUP BY key_area_id
)
SELECT
    key_area.key_area_id,
    key_area.name,
    key_area.kind,
    key_area.grade,
    key_area.people_limit,
    key_area.visits_per_week,
    key_area.incident_limit,
    key_area.incident_days,
    key_area.timetable,
    key_area.valid_from,
    key_area.geometry,
    key_area.area_id,
    place.name AS area_name,
    parent.name AS parent_name,
    made.last_at,
    made.last_day,
    coalesce(made.visits, 0) AS visits,
    people.people,
    people.counted_at,
    (SELECT min(day) FROM worker_day) AS tracked_from
FROM key_area
CROSS JOIN instant
JOIN area AS counted ON counted.area_id = key_area.area_id
JOIN area AS place
    ON place.area_id = CASE counted.level WHEN 'unlocated' THEN counted.parent_id ELSE counted.area_id END
LEFT JOIN area AS parent ON parent.area_id = place.parent_id
LEFT JOIN made USING (key_area_id)
LEFT JOIN people USING (key_area_id)
WHERE key_area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND key_area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
    AND (key_area.valid_from IS NULL OR key_area.valid_from <= today)
    AND (key_area.valid_to IS NULL OR key_area.valid_to > today)
ORDER BY key_area.key_area_id
