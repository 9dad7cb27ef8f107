-- One row per party organisation and the area it belongs to.
CREATE TABLE party_org (
    org_id   VARCHAR NOT NULL,
    kind     VARCHAR NOT NULL,        -- 'committee' | 'general_branch' | 'branch' | 'group'
    name     VARCHAR,
    area_id  VARCHAR NOT NULL         -- of any level
);

-- One row per police beat (警格).
CREATE TABLE beat (
    beat_id   VARCHAR NOT NULL,
    name      VARCHAR NOT NULL,
    unit_id   VARCHAR,
    geometry  BLOB NOT NULL           -- WKB, EPSG:4326
);

-- One row per grid and police beat that share ground: measured here in the metric CRS, a sliver is none.
CREATE TABLE grid_beat (
    area_id     VARCHAR NOT NULL,
    beat_id     VARCHAR NOT NULL,
    shared_m2   DOUBLE NOT NULL,
    grid_share  DOUBLE NOT NULL,      -- of the grid's area, 0-1
    beat_share  DOUBLE NOT NULL       -- of the beat's area, 0-1
);
