-- One row per visit to a key area measured from a track (lake, by local day): a worker long enough near enough, unbroken.
CREATE TABLE key_visit (
    day          DATE NOT NULL,
    key_area_id  VARCHAR NOT NULL,
    worker_id    VARCHAR NOT NULL,
    arrived_at   TIMESTAMP NOT NULL,  -- first and last fix there
    left_at      TIMESTAMP NOT NULL,
    seconds      DOUBLE NOT NULL,
    n_fixes      INTEGER NOT NULL,
    counts       BOOLEAN NOT NULL     -- false: the worker was here less than [key_areas] again_s before
);

-- One row per count of people in a key area, by whatever counts them (lake, by local day); numbers, never persons.
CREATE TABLE people_count (
    day          DATE NOT NULL,
    key_area_id  VARCHAR NOT NULL,
    counted_at   TIMESTAMP NOT NULL,
    count        INTEGER NOT NULL,
    source       VARCHAR NOT NULL
);
