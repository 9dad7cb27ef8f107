"""JSON: a feature collection, or the list of records other systems export, plain or wrapped as {"data": [...]}."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from data.errors import FileRefused
from etl.bounds import check_table
from etl.geometry import check_file, read_shapes
from etl.mapping_file import Mapping
from etl.sources.base import Source, raw_table, with_points
from etl.sources.geojson import as_text, check, parsed, read_collection, shapes_of

DEEPEST = 3  # levels of wrapping and of nesting that are opened


def read(path: Path, mapping: Mapping) -> pa.Table:
    """Read records as columns; nested members become `outer.inner`, a pair of numbers `name.0` and `name.1`.

    `_row` is the number of the record; a member `geometry` that is GeoJSON becomes a shape. A FeatureCollection is read
    as GeoJSON. Raises FileRefused `not_records` for any other JSON, `empty_file` for an empty list.
    """
    whole = parsed(path, mapping.encoding)
    if isinstance(whole, dict) and "type" in whole and "features" in whole:
        return read_collection(whole, path, mapping)
    found = _records(whole)
    if found is None:
        raise FileRefused("not_records", path=path, detail=_kind(whole))
    if not found:
        raise FileRefused("empty_file", path=path)
    return _table(found, path, mapping)


def _records(whole: Any, depth: int = DEEPEST) -> list[Any] | None:
    """Return the list of objects, looking into the members of objects that wrap it; None when there is none."""
    if isinstance(whole, list):
        return whole if all(isinstance(x, dict) for x in whole) else None
    if not isinstance(whole, dict) or depth == 0:
        return None
    inner = (_records(x, depth - 1) for x in whole.values() if isinstance(x, list | dict))
    return next((x for x in inner if x), None)


def _table(found: list[dict[str, Any]], path: Path, mapping: Mapping) -> pa.Table:
    rows = [_flat(row) for row in found]
    names = dict.fromkeys(name for row in rows for name in row)
    check_table(len(names), len(rows), path)
    columns = {x: pa.array([row.get(x) for row in rows], pa.string()) for x in names}
    if not any(_is_shape(row.get("geometry")) for row in found):
        return raw_table(path, columns)
    shapes, faults = shapes_of([row.get("geometry") for row in found])
    check_file(read_shapes(shapes), None, mapping.crs, path)
    return raw_table(path, with_points({**columns, "geometry": pa.array(shapes, pa.binary())}), None, faults)


def _flat(row: dict[str, Any], prefix: str = "", depth: int = DEEPEST) -> dict[str, str | None]:
    flat: dict[str, str | None] = {}
    for key, value in row.items():
        name = f"{prefix}{key}"
        if _is_shape(value):
            continue
        if isinstance(value, dict) and depth:
            flat |= _flat(value, f"{name}.", depth - 1)
        elif _is_pair(value):
            flat |= {f"{name}.{at}": as_text(x) for at, x in enumerate(value)}
        else:
            flat[name] = as_text(value)
    return flat


def _is_shape(value: Any) -> bool:
    return isinstance(value, dict) and "coordinates" in value and isinstance(value.get("type"), str)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(x) in (int, float) for x in value)


def _kind(whole: Any) -> str:
    if isinstance(whole, dict):
        return str(whole.get("type") or "{" + ", ".join(list(whole)[:4]) + "}")[:80]
    kinds = sorted({type(x).__name__ for x in whole}) if isinstance(whole, list) else []
    return f"{type(whole).__name__} [{', '.join(kinds)}]" if kinds else type(whole).__name__


SOURCE = Source(suffixes=(".json", ".json.gz"), read=read, check=check)
