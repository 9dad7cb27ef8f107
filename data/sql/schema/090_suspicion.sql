-- One row per stretch of a worker's day that a human should look at: a hypothesis, never a deduction (data/rules.toml).
CREATE TABLE suspicion (
    day        DATE NOT NULL,
    worker_id  VARCHAR NOT NULL,
    kind       VARCHAR NOT NULL,   -- 'teleport' | 'lattice' | 'even_speed' | 'left': rules whose effect is 'suspect'
    starts_at  TIMESTAMP NOT NULL,
    ends_at    TIMESTAMP NOT NULL,
    measure    DOUBLE NOT NULL     -- in the unit of the rule: times, share, metres per second, metres
);

-- One row per stretch of a worker's track that is another's, or the same worker's at another time: a hypothesis too.
CREATE TABLE likeness (
    day        DATE NOT NULL,
    worker_id  VARCHAR NOT NULL,
    kind       VARCHAR NOT NULL,   -- 'together' | 'replay'
    starts_at  TIMESTAMP NOT NULL,
    ends_at    TIMESTAMP NOT NULL,
    other_id   VARCHAR NOT NULL,   -- whose track it is; of a replay, who went there first
    measure    DOUBLE NOT NULL     -- metres
);
