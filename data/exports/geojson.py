"""GeoJSON (RFC 7946): a feature per row, written one after the other; a row without a place has none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely

from data.exports.columns import SHAPE, flat, flat_type, plain, shapes
from data.exports.extract import Extract, Format, Progress

DIGITS = 1e-7  # of a degree: a centimetre
COMPACT = (",", ":")


def write(extract: Extract, path: Path, report: Progress) -> None:
    """Write the features to `path`; where they are from stands beside them as `gridlink`."""
    with path.open("w", encoding="utf-8") as file:
        about = json.dumps(extract.provenance.as_json(), ensure_ascii=False, separators=COMPACT)
        name = json.dumps(extract.title, ensure_ascii=False)
        file.write(f'{{"type":"FeatureCollection","name":{name},"gridlink":{about},"features":[')
        joint = "\n"
        for batch in extract.batches(report):
            for feature in features(batch):
                file.write(joint + feature)
                joint = ",\n"
        file.write("\n]}\n")


def features(batch: pa.RecordBatch) -> Iterator[str]:
    """Yield the rows of a batch as features; instants as ISO with their zone, UTC."""
    names = [name for name in batch.schema.names if name != SHAPE]
    columns = [_values(batch.column(name)) for name in names]
    # outer rings run against the clock, holes with it: RFC 7946, 3.1.6
    drawn = shapely.to_geojson(shapely.set_precision(shapely.orient_polygons(shapes(batch)), DIGITS, mode="pointwise"))
    for shape, *values in zip(drawn, *columns, strict=True):
        held = json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False, separators=COMPACT)
        yield f'{{"type":"Feature","geometry":{shape or "null"},"properties":{held}}}'


def _values(column: pa.Array) -> list[Any]:
    kind = flat_type(column.type)
    values = flat(column, kind).to_pylist()
    if pa.types.is_timestamp(kind):
        return [None if at is None else at.isoformat().replace("+00:00", "Z") for at in values]
    return [plain(value) for value in values]


FORMAT = Format("geojson", ".geojson", "application/geo+json", write, needs="place")
