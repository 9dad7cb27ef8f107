-- One row per accepted fix (lake, by local day; sorted by worker, time). Times UTC, coordinates EPSG:4326.
CREATE TABLE fix (
    day         DATE NOT NULL,
    worker_id   VARCHAR NOT NULL,
    fixed_at    TIMESTAMP NOT NULL,
    lon         DOUBLE NOT NULL,
    lat         DOUBLE NOT NULL,
    accuracy_m  FLOAT,
    speed_mps   FLOAT,
    battery     FLOAT,             -- 0-1
    area_id     VARCHAR NOT NULL,  -- the grid, or '<city>~' outside every grid
    source      VARCHAR NOT NULL,
    flags       INTEGER NOT NULL   -- bits of data/rules.toml
);

-- One row per vertex of a simplified track (lake, by local day); seg numbers the moving and standing parts of a worker's day.
CREATE TABLE track (
    day        DATE NOT NULL,
    worker_id  VARCHAR NOT NULL,
    seg        INTEGER NOT NULL,   -- a new number after each gap
    fixed_at   TIMESTAMP NOT NULL,
    lon        DOUBLE NOT NULL,
    lat        DOUBLE NOT NULL
);

-- One row per stay: standing within a small circle for a while.
CREATE TABLE stay (
    day        DATE NOT NULL,
    worker_id  VARCHAR NOT NULL,
    starts_at  TIMESTAMP NOT NULL,
    ends_at    TIMESTAMP NOT NULL,
    lon        DOUBLE NOT NULL,
    lat        DOUBLE NOT NULL,
    fixes      INTEGER NOT NULL,
    area_id    VARCHAR NOT NULL
);

-- One row per gap: no fix for longer than [fixes] gap_s, inside one local day.
CREATE TABLE gap (
    day         DATE NOT NULL,
    worker_id   VARCHAR NOT NULL,
    starts_at   TIMESTAMP NOT NULL,
    ends_at     TIMESTAMP NOT NULL,
    from_lon    DOUBLE NOT NULL,
    from_lat    DOUBLE NOT NULL,
    to_lon      DOUBLE NOT NULL,
    to_lat      DOUBLE NOT NULL,
    straight_m  DOUBLE NOT NULL
);

-- One row per worker and local day: what the day adds up to.
CREATE TABLE worker_day (
    day          DATE NOT NULL,
    worker_id    VARCHAR NOT NULL,
    area_id      VARCHAR NOT NULL, -- the worker's assigned area that day, else '<city>~'
    first_at     TIMESTAMP NOT NULL,
    last_at      TIMESTAMP NOT NULL,
    fixes        INTEGER NOT NULL,
    valid_fixes  INTEGER NOT NULL, -- without any flag
    own_fixes    INTEGER NOT NULL, -- valid and inside the assigned area
    online_s     DOUBLE NOT NULL,  -- W3: gaps between fixes, each capped at 5 min
    distance_m   DOUBLE NOT NULL,  -- W5: jitter and jumps left out
    stays        INTEGER NOT NULL,
    gaps         INTEGER NOT NULL,
    gap_s        DOUBLE NOT NULL,
    walk_m       DOUBLE,           -- of distance_m, up to [fixes] walk_mps
    ride_m       DOUBLE,           -- and faster
    patrol_s     DOUBLE,           -- W4: online inside the assigned area, not in a stay longer than [fixes] linger_s
    first_own_at TIMESTAMP,        -- W2: first and last valid fix inside the assigned area; NULL: none
    last_own_at  TIMESTAMP
);

-- One row per day, worker, grid and 100 m cell of the city's metric CRS (two where a 250 m cell ends inside it).
CREATE TABLE cell_day (
    day        DATE NOT NULL,
    worker_id  VARCHAR NOT NULL,
    area_id    VARCHAR NOT NULL,
    cell_x     INTEGER NOT NULL,   -- floor(easting / 100 m)
    cell_y     INTEGER NOT NULL,
    n          INTEGER NOT NULL,
    n_walking  INTEGER NOT NULL,   -- come to no faster than [fixes] walk_mps
    wide_x     INTEGER,            -- floor(easting / 250 m): the cell of rural grids the fixes lie in as well
    wide_y     INTEGER,
    n_covering INTEGER             -- come to no faster than [fixes] cover_mps: what counts as a visit
);

-- One row per day, community and 15 minutes: packed playback (format: data/playback.py).
CREATE TABLE chunk (
    day      DATE NOT NULL,
    area_id  VARCHAR NOT NULL,     -- the level above the grid of the workers' assigned area, or '<city>~'
    slot     INTEGER NOT NULL,     -- 0 = local midnight, each 900 s of elapsed time
    payload  BLOB NOT NULL
);
