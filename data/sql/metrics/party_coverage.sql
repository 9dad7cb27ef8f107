/*
zh = "党组织覆盖率"
en = "Grids with a party organisation"
pillar = "governance"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "S16 party"
inputs = ["area", "party_org"]
definition_zh = "期末有效的网格中，设有党组织的网格的占比。"
definition_en = "Of all grids valid at the end of the period: grids in which a party organisation is set up."
*/
SELECT
    area_id,
    NULL::VARCHAR AS unit_id,
    NULL::VARCHAR AS worker_id,
    count(*) FILTER (area_id IN (SELECT area_id FROM party_org)) AS part,
    count(*) AS whole
FROM area
WHERE level = $leaf
    AND (valid_from IS NULL OR valid_from < timezone($zone, timezone('UTC', $end::TIMESTAMP)))
    AND (valid_to IS NULL OR valid_to >= timezone($zone, timezone('UTC', $end::TIMESTAMP)))
GROUP BY ALL
