/*
row = "a party organisation of an area or of one below it"
store = "warehouse"
tables = ["party_org", "area", "area_link"]
personal = false
*/
SELECT party_org.org_id, party_org.kind, party_org.name, party_org.area_id, area.name AS area_name, area.level
FROM party_org
JOIN area ON area.area_id = party_org.area_id
WHERE party_org.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $scope)
    AND party_org.area_id IN (SELECT area_id FROM area_link WHERE ancestor_id = $area)
ORDER BY list_position(['committee', 'general_branch', 'branch', 'group'], party_org.kind), party_org.org_id
