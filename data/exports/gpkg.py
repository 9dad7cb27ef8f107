"""GeoPackage: one layer in EPSG:4326, and a table `provenance` beside it that every reader lists as attributes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from data.exports.columns import SHAPE, placed, placed_schema
from data.exports.extract import Extract, Format, Progress

LAYER = "rows"
KEY = "fid"
ABOUT = "CREATE TABLE provenance (id INTEGER PRIMARY KEY AUTOINCREMENT, fact TEXT NOT NULL, value TEXT NOT NULL)"
LISTED = (
    "INSERT INTO gpkg_contents (table_name, data_type, identifier, description) "
    "VALUES ('provenance', 'attributes', 'provenance', 'where the rows are from')"
)


def write(extract: Extract, path: Path, report: Progress) -> None:
    """Write the rows to `path`; a column called like the layer's own key is renamed `fid_`."""
    from pyogrio.raw import write_arrow

    schema = placed_schema(extract.schema)
    named = pa.schema([field.with_name(f"{KEY}_") if field.name.lower() == KEY else field for field in schema])
    rows = (placed(batch, schema)[0] for batch in extract.batches(report))
    path.unlink(missing_ok=True)
    write_arrow(
        pa.RecordBatchReader.from_batches(named, (pa.record_batch(one.columns, schema=named) for one in rows)),
        str(path),
        layer=LAYER,
        driver="GPKG",
        geometry_name=SHAPE,
        geometry_type="Unknown",
        crs="EPSG:4326",
    )
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(ABOUT)
        lines = extract.provenance.lines(extract.zone, extract.labels)
        file.executemany("INSERT INTO provenance (fact, value) VALUES (?, ?)", lines)
        file.execute(LISTED)


FORMAT = Format("gpkg", ".gpkg", "application/geopackage+sqlite3", write, needs="place")
