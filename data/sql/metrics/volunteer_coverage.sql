/*
zh = "志愿服务点覆盖率"
en = "Grids with a volunteers' place"
pillar = "service"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "S16 volunteer"
inputs = ["area", "place"]
definition_zh = "期末有效的网格中，有志愿服务点的网格的占比。"
definition_en = "Of all grids valid at the end of the period: grids with a volunteers' place."
*/
SELECT
    area_id,
    NULL::VARCHAR AS unit_id,
    NULL::VARCHAR AS worker_id,
    count(*) FILTER (area_id IN (SELECT area_id FROM place WHERE kind = 'volunteer')) AS part,
    count(*) AS whole
FROM area
WHERE level = $leaf
    AND (valid_from IS NULL OR valid_from < timezone($zone, timezone('UTC', $end::TIMESTAMP)))
    AND (valid_to IS NULL OR valid_to >= timezone($zone, timezone('UTC', $end::TIMESTAMP)))
GROUP BY ALL
