-- One row per camera; no stream address is stored here.
CREATE TABLE camera (
    camera_id    VARCHAR NOT NULL,
    name         VARCHAR,
    lon          DOUBLE NOT NULL,
    lat          DOUBLE NOT NULL,
    state        VARCHAR,          -- 'online' | 'offline'
    heading_deg  FLOAT,            -- clockwise from north
    view_deg     FLOAT,
    area_id      VARCHAR NOT NULL,
    code         VARCHAR,          -- 20 digits of GB/T 28181; NULL: camera_id where that has them
    kind         VARCHAR,          -- 'fixed' | 'ptz' (pan, tilt, zoom: can be turned)
    range_m      FLOAT,            -- how far it is meant to see
    gateway      VARCHAR,          -- key of [video.gateways]; NULL: the common one
    security_level VARCHAR,        -- of GB 35114: 'A' | 'B' | 'C'
    state_at     TIMESTAMP,        -- since when it is in this state
    checked_at   TIMESTAMP,        -- when the state was last looked at
    repair_id    VARCHAR           -- number of the open repair order (报修)
);

-- One row per place of the 网格+ overlays: party, police beat, mediation, volunteers, services.
CREATE TABLE place (
    place_id  VARCHAR NOT NULL,
    kind      VARCHAR NOT NULL,    -- 'party' | 'police' | 'mediation' | 'volunteer' | site's own
    name      VARCHAR NOT NULL,
    lon       DOUBLE NOT NULL,
    lat       DOUBLE NOT NULL,
    area_id   VARCHAR NOT NULL,
    colocated_with  VARCHAR        -- place_id of the place it shares its rooms with
);

-- One row per key area (重点区域).
CREATE TABLE key_area (
    key_area_id   VARCHAR NOT NULL,
    name          VARCHAR NOT NULL,
    kind          VARCHAR,
    grade         INTEGER,         -- 1 highest
    people_limit  INTEGER,
    area_id       VARCHAR NOT NULL,
    geometry      BLOB NOT NULL,   -- WKB polygon, line or point, EPSG:4326
    visits_per_week INTEGER,       -- NULL or 0: none required
    incident_limit  INTEGER,
    incident_days   INTEGER,       -- days the limit is counted over
    timetable       VARCHAR,       -- data/timetable.py; NULL: no hours of its own
    valid_from      DATE,          -- first local day; NULL: ever since
    valid_to        DATE           -- first local day no longer; NULL: for good
);

-- One row per line or polygon of the city's own basemap.
CREATE TABLE basemap (
    kind      VARCHAR NOT NULL,    -- land water river built building expressway trunk county minor street rail
    name      VARCHAR,
    geometry  BLOB NOT NULL        -- WKB, EPSG:4326
);
