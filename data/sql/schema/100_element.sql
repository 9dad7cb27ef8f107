-- One row per count of an element class (人地物事组织) in an area, as its source states it.
CREATE TABLE element_count (
    area_id        VARCHAR NOT NULL,  -- leaf or '<area>~': counted in no grid of it
    as_of          DATE NOT NULL,     -- local day the count stands for
    element_class  VARCHAR NOT NULL,  -- 'person' | 'place' | 'thing' | 'event' | 'organisation'
    item           VARCHAR NOT NULL,  -- I01 .. I22 or the site's own
    count          INTEGER NOT NULL
);

-- One row per count of a population class in an area: numbers only, never persons. No query reads it: see the two below.
CREATE TABLE population (
    area_id  VARCHAR NOT NULL,        -- leaf or '<area>~'
    as_of    DATE NOT NULL,
    class    VARCHAR NOT NULL,        -- codes of data/codes/population_classes.csv; SPG_*: special groups
    count    INTEGER NOT NULL
);

-- One row per area of any level and class of people: the newest counts, added up, small ones and what would give them
-- away left out (data/suppression.py). Persons counted as an element stand here as class 'element:<item>'.
CREATE TABLE population_shown (
    area_id  VARCHAR NOT NULL,
    class    VARCHAR NOT NULL,
    as_of    DATE NOT NULL,           -- oldest of the counts that were added up
    count    BIGINT,                  -- NULL: hidden
    hidden   VARCHAR                  -- NULL | 'small' (below [privacy] small_count) | 'withheld' (would give one away)
);

-- The same of special groups (特殊人群): only for accounts with that right, never on a wall.
CREATE TABLE special_shown (
    area_id  VARCHAR NOT NULL,
    class    VARCHAR NOT NULL,
    as_of    DATE NOT NULL,
    count    BIGINT,
    hidden   VARCHAR
);
