"""Writes tables as files, the same bytes for the same rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import shapely

from etl.synthetic.realm import Realm

TIME_FORMAT = "%Y-%m-%d %H:%M:%S"


def write_csv(table: pa.Table, path: Path, encoding: str = "utf-8") -> None:
    """Write a CSV with a header; times as `YYYY-MM-DD HH:MM:SS`, nulls empty; no value holds a comma or a quote."""
    table = as_text(table)
    sink = pa.BufferOutputStream()
    header = ",".join(table.column_names) + "\n"
    pa_csv.write_csv(table, sink, pa_csv.WriteOptions(include_header=False, quoting_style="none"))
    path.parent.mkdir(parents=True, exist_ok=True)
    body = sink.getvalue().to_pybytes()
    path.write_bytes((header.encode() + body).decode("utf-8").encode(encoding))


def as_text(table: pa.Table) -> pa.Table:
    """Return the table with its times as text to the second (to the millisecond where there are any)."""
    for number, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            unit = "s" if pc.all(pc.equal(pc.microsecond(table[field.name]), 0)).as_py() is not False else "ms"
            text = pc.strftime(table[field.name].cast(pa.timestamp(unit), safe=False), format=TIME_FORMAT)
            table = table.set_column(number, field.name, text)
    return table


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write Parquet with fixed options."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd", row_group_size=250_000, version="2.6", store_schema=False)


def write_json(value: Any, path: Path) -> None:
    """Write JSON with sorted keys."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    path.write_text(text + "\n", encoding="utf-8")


def feature(shape: shapely.Geometry, realm: Realm, **properties: object) -> dict[str, Any]:
    """Return a GeoJSON feature of a shape in km, its coordinates in degrees at 1e-6."""
    moved = shapely.transform(shape, realm.degrees)
    return {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(moved))}


def write_features(features: list[dict[str, Any]], path: Path) -> None:
    """Write a GeoJSON collection, one feature a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    path.write_text('{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n", encoding="utf-8")
