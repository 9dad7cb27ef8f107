-- One row per dispute (矛盾纠纷) on its way: screened, accepted, mediated, ended. Nothing about the parties.
CREATE TABLE dispute (
    dispute_id     VARCHAR NOT NULL,
    incident_id    VARCHAR,
    area_id        VARCHAR NOT NULL,  -- leaf or '<area>~'
    screened_at    TIMESTAMP NOT NULL,
    accepted_at    TIMESTAMP,
    mediated_at    TIMESTAMP,
    ended_at       TIMESTAMP,
    outcome        VARCHAR,           -- 'success' | 'failed' | 'escalated'; NULL: under way
    size           VARCHAR,           -- 'small' | 'large', as stated or by people >= [grid_plus] large_people; NULL: unknown
    people         INTEGER,
    settled_level  VARCHAR,           -- level id of the unit that settled it; 'above': higher than the city
    mode           VARCHAR,           -- 'people' (人民调解) | 'police' | 'judicial' | 'administrative' | 'court' | site's own
    check_1        BOOLEAN,           -- 五事: five slots the site names (data/codes/five_matters.csv); NULL: not said
    check_2        BOOLEAN,
    check_3        BOOLEAN,
    check_4        BOOLEAN,
    check_5        BOOLEAN
);
