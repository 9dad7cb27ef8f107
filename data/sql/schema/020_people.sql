-- One row per unit: a station, office or centre of some level, or a department.
CREATE TABLE unit (
    unit_id    VARCHAR NOT NULL,
    name       VARCHAR NOT NULL,
    unit_kind  VARCHAR,            -- 'station' | 'office' | 'centre' | 'department'
    level      VARCHAR,
    area_id    VARCHAR,
    phone      VARCHAR             -- of the duty desk, of no person: offered where an order is not delivered; NULL: unknown
);

-- One row per grid worker. No phone number, no identity number: they are refused at the door.
CREATE TABLE worker (
    worker_id   VARCHAR NOT NULL,
    name        VARCHAR,
    role        VARCHAR,           -- 'grid_head' | 'grid_worker' | site's own
    unit_id     VARCHAR,
    area_id     VARCHAR,           -- the assigned area, usually a grid; NULL for the unregistered
    registered  BOOLEAN NOT NULL,  -- false: seen in fixes only, kept as 未登记 because the home says so
    skills      VARCHAR            -- codes separated by ';', as data/loop/fitness.toml asks for them; NULL: none stated
);

-- One row per span of duty, and of what excuses from patrol in it: leave, a meeting, an ordered task.
CREATE TABLE roster (
    worker_id  VARCHAR NOT NULL,
    starts_at  TIMESTAMP NOT NULL,
    ends_at    TIMESTAMP NOT NULL,
    kind       VARCHAR NOT NULL    -- 'duty' | 'leave' | 'meeting' | 'task'
);
