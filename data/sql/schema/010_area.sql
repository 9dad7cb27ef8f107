-- One row per area of any level, from the city down to the grid, and one virtual child '<area_id>~' of every
-- area above the grid: what is known to be inside the area but in none of its children (level 'unlocated').
CREATE TABLE area (
    area_id     VARCHAR NOT NULL,  -- unique over all levels
    parent_id   VARCHAR,           -- NULL for the city only
    level       VARCHAR NOT NULL,  -- an id of [[levels]] in the configuration, or 'unlocated'
    name        VARCHAR NOT NULL,
    name_en     VARCHAR,
    code        VARCHAR,           -- official code where it differs from area_id
    lon         DOUBLE,            -- a point inside, EPSG:4326, for the label; NULL for virtual children
    lat         DOUBLE,
    area_m2     DOUBLE,
    cells       INTEGER,           -- leaves: 100 m cells of the metric CRS that the area touches (denominator of coverage)
    geometry    BLOB,              -- WKB (Multi)Polygon, EPSG:4326, of the newest version; NULL for virtual children
    valid_from  DATE,              -- first local day of the first version; NULL = always
    valid_to    DATE               -- first local day after the newest version; NULL = still valid
);

-- One row per area and period in which its boundary, name and parent stayed the same; virtual children left out.
-- Periods of one area never overlap. Facts were placed by the version of their local day; roll-ups follow `area_link`.
CREATE TABLE area_version (
    area_id     VARCHAR NOT NULL,
    parent_id   VARCHAR,           -- as this version states it
    level       VARCHAR NOT NULL,
    name        VARCHAR NOT NULL,
    name_en     VARCHAR,
    code        VARCHAR,
    lon         DOUBLE,
    lat         DOUBLE,
    area_m2     DOUBLE,
    cells       INTEGER,
    geometry    BLOB,              -- WKB (Multi)Polygon, EPSG:4326
    valid_from  DATE,              -- first local day; NULL = always
    valid_to    DATE               -- first local day no longer valid; NULL = still valid
);

-- One row per area and each of its ancestors, itself included (distance 0): every roll-up and every scope joins here.
CREATE TABLE area_link (
    area_id     VARCHAR NOT NULL,
    ancestor_id VARCHAR NOT NULL,
    distance    INTEGER NOT NULL
);

-- One row per area: its denominators. People appear only as sums.
CREATE TABLE area_attribute (
    area_id      VARCHAR NOT NULL,
    households   INTEGER,
    residents    INTEGER,
    floating     INTEGER,
    urban_class  VARCHAR           -- 'urban' | 'town' | 'rural'
);

-- One row per configured level: 1 for the leaf, counting up to the city.
CREATE TABLE level_rank (
    level VARCHAR NOT NULL,
    rank  INTEGER NOT NULL
);
