/*
row = "a data set and an area above the leaves: its rows counted through the closure, and through its children one by one"
store = "warehouse"
tables = ["area", "area_link", "cell_day", "incident"]
personal = false
*/
-- Two ways of counting that must agree: whole = every row below the area by area_link; children and unlocated = the
-- same rows handed up one step at a time by area.parent_id. A row that stands on no leaf and no virtual child differs.
WITH fact AS (
    SELECT 'incident' AS dataset, area_id, count(*) AS n
    FROM incident
    WHERE reported_at >= $start AND reported_at < $end
    GROUP BY ALL
    UNION ALL
    SELECT 'fix', area_id, sum(n)::BIGINT
    FROM cell_day
    WHERE day >= $first_day AND day <= $last_day
    GROUP BY ALL
), spot AS (
    SELECT DISTINCT area_id, parent_id, level FROM area
), link AS (
    SELECT DISTINCT area_id, ancestor_id FROM area_link
), whole AS (
    SELECT fact.dataset, link.ancestor_id AS area_id, sum(fact.n)::BIGINT AS n
    FROM fact
    JOIN link USING (area_id)
    GROUP BY ALL
), part AS (
    SELECT
        whole.dataset,
        spot.parent_id AS area_id,
        coalesce(sum(whole.n) FILTER (spot.level <> 'unlocated'), 0)::BIGINT AS children,
        coalesce(sum(whole.n) FILTER (spot.level = 'unlocated'), 0)::BIGINT AS unlocated
    FROM whole
    JOIN spot USING (area_id)
    GROUP BY ALL
)
SELECT
    whole.dataset,
    area.area_id,
    area.level,
    area.name,
    area.name_en,
    whole.n AS whole,
    coalesce(part.children, 0) AS children,
    coalesce(part.unlocated, 0) AS unlocated,
    whole.n - coalesce(part.children, 0) - coalesce(part.unlocated, 0) AS difference
FROM whole
JOIN (SELECT area_id, level, name, name_en, parent_id FROM area QUALIFY row_number() OVER (PARTITION BY area_id ORDER BY valid_from DESC NULLS LAST) = 1) AS area USING (area_id)
LEFT JOIN part USING (dataset, area_id)
WHERE area.level NOT IN ($leaf, 'unlocated')
    AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
ORDER BY difference = 0, dataset DESC, area.area_id
