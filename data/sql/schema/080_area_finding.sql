-- One row per fault found in the boundaries of areas when they were loaded.
CREATE TABLE area_finding (
    kind      VARCHAR NOT NULL,    -- 'overlap' | 'gap' | 'sliver' | 'size' | 'name' | 'outside_parent'
    area_id   VARCHAR,             -- the area at fault; NULL: a gap that belongs to nobody
    other_id  VARCHAR,             -- the other area of an overlap, a repeated name, a parent
    area_m2   DOUBLE,
    detail    VARCHAR,
    geometry  BLOB                 -- WKB, EPSG:4326: where to look; NULL where there is no place
);
