/*
row = "a leaf area with what its rates may stand on: households, floating population, hours of patrol on the local days $first_day to $last_day"
store = "warehouse"
tables = ["area", "area_link", "area_attribute", "worker_day", "cell_day"]
personal = false
*/
WITH there AS (
    SELECT day, worker_id, area_id, sum(n) AS n
    FROM cell_day
    WHERE day BETWEEN $first_day AND $last_day
    GROUP BY ALL
), part AS (
    -- a worker's hours lie where the fixes of the day do, whatever area the worker is assigned to
    SELECT day, worker_id, area_id, n / sum(n) OVER (PARTITION BY day, worker_id) AS share
    FROM there
), hours AS (
    SELECT part.area_id, sum(worker_day.patrol_s * part.share) / 3600 AS patrol_hours
    FROM part
    JOIN worker_day USING (day, worker_id)
    GROUP BY ALL
)
SELECT
    area.area_id,
    area_attribute.households,
    area_attribute.floating,
    hours.patrol_hours
FROM area
LEFT JOIN area_attribute USING (area_id)
LEFT JOIN hours USING (area_id)
WHERE area.level = $leaf
    AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
ORDER BY area.area_id
