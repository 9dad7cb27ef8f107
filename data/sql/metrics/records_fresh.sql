/*
zh = "信息更新及时率"
en = "Records kept up to date"
pillar = "information"
unit = "percent"
better = "higher"
kind = "share"
version = 1
code = "W16"
inputs = ["element_count"]
definition_zh = "期末已建档的要素数量记录（每个网格每一小项为一条）中，最近一次更新未超过更新周期的占比；更新周期见配置 [elements] update_days。"
definition_en = "Of the counts of elements on record at the end of the period (one of each item in each grid): those whose newest count is no older than the cycle ([elements] update_days)."
*/
WITH day AS (
    -- the last local day of the period, or today
    SELECT (timezone($zone, timezone('UTC', least($end::TIMESTAMP - INTERVAL 1 SECOND, $now::TIMESTAMP))))::DATE AS last
), newest AS (
    SELECT area_id, element_class, item, max(as_of) AS as_of
    FROM element_count
    WHERE as_of <= (SELECT last FROM day)
    GROUP BY ALL
)
SELECT
    area_id,
    NULL::VARCHAR AS unit_id,
    NULL::VARCHAR AS worker_id,
    count(*) FILTER (as_of >= (SELECT last FROM day) - $update_days::INTEGER) AS part,
    count(*) AS whole
FROM newest
GROUP BY area_id
