-- One row per cell of a leaf's patrolable mask: what there is to visit (denominator of coverage).
CREATE TABLE mask_cell (
    area_id  VARCHAR NOT NULL,
    cell_x   INTEGER NOT NULL,     -- floor(easting / cell_m) in the city's metric CRS
    cell_y   INTEGER NOT NULL,
    cell_m   INTEGER NOT NULL      -- 100 in urban grids and towns, 250 in rural ones
);
