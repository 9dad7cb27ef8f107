-- One row per visiting round (走访): how many households, never whom.
CREATE TABLE visit (
    visit_id    VARCHAR NOT NULL,
    area_id     VARCHAR NOT NULL,     -- leaf or '<area>~'
    worker_id   VARCHAR,
    visited_at  TIMESTAMP NOT NULL,
    households  INTEGER NOT NULL,
    purpose     VARCHAR               -- the source's own word, masked
);

-- One row per service asked for and done for somebody (代办、网上办).
CREATE TABLE service_item (
    item_id   VARCHAR NOT NULL,
    area_id   VARCHAR NOT NULL,       -- leaf or '<area>~'
    kind      VARCHAR,
    channel   VARCHAR NOT NULL,       -- 'online' | 'window' | 'home'
    asked_at  TIMESTAMP NOT NULL,
    done_at   TIMESTAMP               -- NULL: under way
);

-- One row per call back (回访) about an incident or a service; it counts where that is.
CREATE TABLE call_back (
    incident_id  VARCHAR,             -- exactly one of the two
    item_id      VARCHAR,
    called_at    TIMESTAMP NOT NULL,
    reached      BOOLEAN NOT NULL,
    resolved     BOOLEAN,             -- NULL: not asked or not answered
    score        INTEGER,             -- 1-5 as answered
    satisfied    BOOLEAN              -- as answered, or score >= [grid_plus] satisfied_score; NULL: no answer
);

-- One row per volunteers' activity under a service brand.
CREATE TABLE activity (
    activity_id   VARCHAR NOT NULL,
    brand         VARCHAR NOT NULL,   -- code of the site's brands (data/codes/brands.csv)
    area_id       VARCHAR NOT NULL,   -- leaf or '<area>~'
    held_at       TIMESTAMP NOT NULL,
    participants  INTEGER,
    hours         DOUBLE              -- of all participants together
);
