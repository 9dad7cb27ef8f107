"""GeoParquet 1.1: WKB in EPSG:4326 (OGC:CRS84), with types and bounds of what was written; plain Parquet without place.

https://geoparquet.org/releases/v1.1.0/
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import shapely

from data.exports.columns import SHAPE, flat_batch, flat_schema, placed, placed_schema
from data.exports.extract import Extract, Format, Progress
from data.exports.geojson import FORMAT as GEOJSON

GROUP = 65_536


def write(extract: Extract, path: Path, report: Progress) -> None:
    """Write the rows to `path`; where they are from stands in the file's metadata as `gridlink`."""
    about = json.dumps(extract.provenance.as_json(), ensure_ascii=False)
    if GEOJSON.fits(extract.schema):
        _write_placed(extract, path, report, about)
        return
    schema = flat_schema(extract.schema).with_metadata({"gridlink": about})
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in extract.batches(report):
            writer.write_batch(flat_batch(batch, schema), row_group_size=GROUP)


def _write_placed(extract: Extract, path: Path, report: Progress, about: str) -> None:
    schema = placed_schema(extract.schema)
    kinds: set[str] = set()
    low, high = np.full(2, np.inf), np.full(2, -np.inf)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in extract.batches(report):
            rows, found = placed(batch, schema)
            writer.write_batch(rows, row_group_size=GROUP)
            known = found[~shapely.is_missing(found)]
            kinds |= {shape.geom_type for shape in known}
            if len(known):
                edges = shapely.total_bounds(known).reshape(2, 2)
                low, high = np.fmin(low, edges[0]), np.fmax(high, edges[1])
        writer.add_key_value_metadata({"geo": json.dumps(_geo(kinds, low, high)), "gridlink": about})


def _geo(kinds: set[str], low: Any, high: Any) -> dict[str, Any]:
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": sorted(kinds)}
    if kinds:
        column["bbox"] = [*map(float, low), *map(float, high)]
    return {"version": "1.1.0", "primary_column": SHAPE, "columns": {SHAPE: column}}


FORMAT = Format("parquet", ".parquet", "application/vnd.apache.parquet", write)
