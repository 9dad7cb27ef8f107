-- One row per camera; no stream address is stored here.
CREATE TABLE camera (
    camera_id    VARCHAR NOT NULL,
    name         VARCHAR,
    lon          DOUBLE NOT NULL,
    lat          DOUBLE NOT NULL,
    state        VARCHAR,          -- 'online' | 'offline'
    heading_deg  FLOAT,            -- clockwise from north
    view_deg     FLOAT,
    area_id      VARCHAR NOT NULL
);

-- One row per place of the 网格+ overlays: party, police beat, mediation, volunteers, services.
CREATE TABLE place (
    place_id  VARCHAR NOT NULL,
    kind      VARCHAR NOT NULL,    -- 'party' | 'police' | 'mediation' | 'volunteer' | site's own
    name      VARCHAR NOT NULL,
    lon       DOUBLE NOT NULL,
    lat       DOUBLE NOT NULL,
    area_id   VARCHAR NOT NULL
);

-- One row per key area (重点区域).
CREATE TABLE key_area (
    key_area_id   VARCHAR NOT NULL,
    name          VARCHAR NOT NULL,
    kind          VARCHAR,
    grade         INTEGER,         -- 1 highest
    people_limit  INTEGER,
    area_id       VARCHAR NOT NULL,
    geometry      BLOB NOT NULL    -- WKB polygon, EPSG:4326
);

-- One row per line or polygon of the city's own basemap.
CREATE TABLE basemap (
    kind      VARCHAR NOT NULL,    -- land water river built building expressway trunk county minor street rail
    name      VARCHAR,
    geometry  BLOB NOT NULL        -- WKB, EPSG:4326
);
