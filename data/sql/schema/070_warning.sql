-- One row per thing a load found that somebody should look at: a better datum, areas that overlap.
CREATE TABLE warning (
    run_id     VARCHAR NOT NULL,
    loaded_at  TIMESTAMP NOT NULL,
    reason     VARCHAR NOT NULL,   -- code of data/reasons.toml
    key        VARCHAR,            -- what it is about: a file, an area
    detail     VARCHAR
);
