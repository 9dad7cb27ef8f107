/*
row = "an area of the level: its grids valid on the day, and how many of them have a party organisation, a beat, a mediation room, a volunteers' place"
store = "warehouse"
tables = ["area", "area_link", "party_org", "place", "grid_beat"]
personal = false
*/
WITH leaf AS (
    SELECT
        area.area_id,
        area.area_id IN (SELECT area_id FROM party_org) AS party,
        area.area_id IN (SELECT area_id FROM grid_beat) AS police,
        area.area_id IN (SELECT area_id FROM place WHERE kind = 'mediation') AS mediation,
        area.area_id IN (SELECT area_id FROM place WHERE kind = 'volunteer') AS volunteer
    FROM area
    WHERE area.level = $leaf
        AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
        AND area.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
        AND (area.valid_from IS NULL OR area.valid_from <= $day)
        AND (area.valid_to IS NULL OR area.valid_to > $day)
)
SELECT
    subject.area_id,
    subject.name,
    subject.name_en,
    count(*) AS grids,
    count(*) FILTER (leaf.party) AS party,
    count(*) FILTER (leaf.police) AS police,
    count(*) FILTER (leaf.mediation) AS mediation,
    count(*) FILTER (leaf.volunteer) AS volunteer
FROM leaf
JOIN area_link USING (area_id)
JOIN area AS subject ON subject.area_id = area_link.ancestor_id
WHERE subject.level = $level
    AND subject.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
GROUP BY ALL
ORDER BY subject.area_id
