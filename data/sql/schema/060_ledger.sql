-- One row per refused row that may be kept: what was wrong, where, and the row itself for the repair.
CREATE TABLE reject (
    run_id   VARCHAR NOT NULL,
    path     VARCHAR NOT NULL,     -- as given to load
    feed     VARCHAR NOT NULL,
    row      BIGINT NOT NULL,      -- 1-based line or feature number in the file, as an editor shows it
    key      VARCHAR,              -- the row's own id where it has one
    reason   VARCHAR NOT NULL,     -- code of data/reasons.toml
    detail   VARCHAR,              -- the offending value, never a coordinate of a person off duty
    content  VARCHAR,              -- the row as JSON
    mapping  VARCHAR,              -- name of the mapping it was read with
    stage    VARCHAR               -- 'read' = content holds the file's own columns | 'admit' = ours (UTC, EPSG:4326)
);

-- One row per file of each run: rows_in = loaded + rejected + duplicate, always. Rows taken again from quarantine have a
-- row of the run that judged them anew, and one with counts below zero at the moment of the load that refused them, so
-- that sums over any period count each row once, where it was judged last.
CREATE TABLE load_file (
    run_id          VARCHAR NOT NULL,
    loaded_at       TIMESTAMP NOT NULL,
    path            VARCHAR NOT NULL,
    sha256          VARCHAR NOT NULL,
    feed            VARCHAR NOT NULL,
    source          VARCHAR NOT NULL,
    rows_in         BIGINT NOT NULL,
    rows_loaded     BIGINT NOT NULL,
    rows_rejected   BIGINT NOT NULL,
    rows_duplicate  BIGINT NOT NULL,
    reasons         VARCHAR NOT NULL, -- JSON {reason: rows}; counted-only reasons stand here and nowhere else
    first_at        TIMESTAMP,        -- earliest and latest event time among the loaded rows
    last_at         TIMESTAMP,
    notes           VARCHAR DEFAULT '{}', -- JSON {note: rows}: taken, but worth a look (ambiguous_time); replayed
    lag_p50_s       DOUBLE,           -- seconds from event to receipt, where the feed states the receipt
    lag_p95_s       DOUBLE
);
