-- One row per reported incident as its source describes it (lake, by local day of the report).
CREATE TABLE incident_report (
    day               DATE NOT NULL,
    incident_id       VARCHAR NOT NULL,
    source            VARCHAR NOT NULL,  -- 'worker' | 'hotline' | 'public' | 'video' | 'department' | 'leader' | 'upper' | site's own
    kind              VARCHAR NOT NULL,  -- level-1 code of kind.kind
    subkind           VARCHAR,           -- the source's own words or level-2 code
    severity          INTEGER NOT NULL,  -- 1 特急 .. 5 例行
    title             VARCHAR,           -- masked text
    reported_at       TIMESTAMP NOT NULL,
    area_id           VARCHAR NOT NULL,  -- leaf or '<area>~'
    located           VARCHAR NOT NULL,  -- 'point' | 'area' (仅到网格/社区) | 'default' (default geocode) | 'outside' (in no grid) | 'none' (nothing known)
    lon               DOUBLE,            -- only when located = 'point' or 'outside'
    lat               DOUBLE,
    discovered_level  VARCHAR,           -- level id; NULL: unknown
    worker_id         VARCHAR            -- reporter, when a worker
);

-- One row per step of an incident (lake, by local day of the step); append-only, the truth every incident row is derived from.
CREATE TABLE incident_step (
    day          DATE NOT NULL,
    incident_id  VARCHAR NOT NULL,
    source       VARCHAR NOT NULL,
    step_id      VARCHAR NOT NULL,       -- native id, or state + time
    stepped_at   TIMESTAMP NOT NULL,
    from_state   VARCHAR,
    to_state     VARCHAR NOT NULL,       -- S10 .. S94, X1 .. X6 (domain: states)
    unit_id      VARCHAR,
    level        VARCHAR,                -- level of the acting unit
    actor_role   VARCHAR,
    worker_id    VARCHAR,
    deadline_at  TIMESTAMP,              -- set by filing, moved by extension
    reason       VARCHAR
);

-- One row per incident, derived from its report and steps by etl/sql/incident.sql and nothing else.
CREATE TABLE incident (
    incident_id       VARCHAR NOT NULL,
    source            VARCHAR NOT NULL,
    kind              VARCHAR NOT NULL,
    subkind           VARCHAR,
    severity          INTEGER NOT NULL,
    title             VARCHAR,
    area_id           VARCHAR NOT NULL,
    located           VARCHAR NOT NULL,
    lon               DOUBLE,
    lat               DOUBLE,
    reported_at       TIMESTAMP NOT NULL,
    accepted_at       TIMESTAMP,
    filed_at          TIMESTAMP,
    handled_at        TIMESTAMP,         -- last report of "done" (S60) that was not sent back, or the closing
    closed_at         TIMESTAMP,         -- S90, S91, S94
    deadline_at       TIMESTAMP,         -- in force now
    first_deadline_at TIMESTAMP,         -- as filed
    state             VARCHAR NOT NULL,  -- state of the last step (X2 and X4 do not change it)
    unit_id           VARCHAR,           -- unit of the last step that names one
    discovered_level  VARCHAR,
    solved_level      VARCHAR,           -- level of the unit whose step led to closing
    max_level         VARCHAR,           -- highest level that ever acted
    returns           INTEGER NOT NULL,
    reworks           INTEGER NOT NULL,
    extensions        INTEGER NOT NULL,
    reopens           INTEGER NOT NULL,
    checks            INTEGER NOT NULL,
    worker_id         VARCHAR
);

-- One row per kind of incident: the site's code table (seed: data/kinds.csv).
CREATE TABLE kind (
    kind      VARCHAR NOT NULL,
    name_zh   VARCHAR NOT NULL,
    name_en   VARCHAR NOT NULL,
    severity  INTEGER NOT NULL,    -- default
    problem   BOOLEAN NOT NULL     -- false: a work item (INF), left out of hot spots and of the in-grid rate
);
