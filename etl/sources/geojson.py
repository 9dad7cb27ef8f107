"""GeoJSON feature collections: properties as columns, shapes as WKB in the system the mapping states."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from data.errors import ConfigError, FileRefused
from etl.archive import gunzip, gunzipped
from etl.bounds import blocks_of, check_json, check_table
from etl.geometry import check_file, from_geojson, read_shapes
from etl.mapping_file import Mapping
from etl.sources.base import Fault, Source, raw_table, with_points


def read(path: Path, mapping: Mapping) -> pa.Table:
    """Read the features in the order of the file; `_row` is the number of the feature.

    Points give `lon` and `lat` too, in the file's system, unless the properties have columns of that name.
    Raises FileRefused for what is no FeatureCollection (`unreadable`), names another coordinate system than the
    mapping (`crs_conflict`) or does not hold the degrees the mapping states (`not_degrees`).
    """
    whole = parsed(path, mapping.encoding)
    if not isinstance(whole, dict) or not isinstance(whole.get("features"), list):
        kind = whole.get("type") if isinstance(whole, dict) else type(whole).__name__
        raise FileRefused("unreadable", path=path, detail=f"JSON: {kind} ≠ FeatureCollection")
    return read_collection(whole, path, mapping)


def read_collection(collection: dict[str, Any], path: Path, mapping: Mapping) -> pa.Table:
    """Return the rows of a parsed FeatureCollection; refusals as for `read`."""
    if collection.get("type") != "FeatureCollection" or not isinstance(collection.get("features"), list):
        raise FileRefused("unreadable", path=path, detail=f"JSON: {collection.get('type')} ≠ FeatureCollection")
    features = [x if isinstance(x, dict) else {} for x in collection["features"]]
    abouts = [x.get("properties") for x in features]
    properties = [x if isinstance(x, dict) else {} for x in abouts]
    shapes, faults = shapes_of([x.get("geometry") for x in features])
    check_file(read_shapes(shapes), stated_in(collection), mapping.crs, path)
    names = dict.fromkeys(name for row in properties for name in row)
    check_table(len(names), len(features), path)
    columns = {x: pa.array([as_text(row.get(x)) for row in properties], pa.string()) for x in names if x != "geometry"}
    return raw_table(path, with_points({**columns, "geometry": pa.array(shapes, pa.binary())}), None, faults)


def shapes_of(geometries: list[Any]) -> tuple[list[bytes | None], dict[int, Fault]]:
    """Return the WKB of GeoJSON geometries, and why those that are none could not be read, by position."""
    shapes: list[bytes | None] = []
    faults: dict[int, Fault] = {}
    for at, geometry in enumerate(geometries):
        try:
            shapes.append(from_geojson(geometry))
        except ValueError as fault:
            shapes.append(None)
            faults[at] = Fault(str(fault.args[0]), str(fault.args[1])[:120])
    return shapes, faults


def check(path: Path, mapping: Mapping) -> None:
    """Refuse what is nested too deep or holds too many lists, before it is parsed."""
    check_json(gunzipped(path) if _is_packed(path) else blocks_of(path), mapping.encoding, path)


def parsed(path: Path, encoding: str) -> Any:
    """Return the JSON of a file, gzip opened; raises FileRefused `bad_encoding` or `unreadable`."""
    data = gunzip(path) if _is_packed(path) else path.read_bytes()
    try:
        return json.loads(data.decode("utf-8-sig" if encoding == "utf-8" else encoding))
    except UnicodeDecodeError as fault:
        raise FileRefused("bad_encoding", path=path, detail=encoding) from fault
    except LookupError as fault:
        raise ConfigError("wrong_type", path=path, detail="source.encoding", known="utf-8 | gb18030 | ...") from fault
    except (ValueError, RecursionError) as fault:
        raise FileRefused("unreadable", path=path, detail=f"JSON: {fault}"[:200]) from fault


def _is_packed(path: Path) -> bool:
    return path.name.lower().endswith(".gz")


def stated_in(collection: dict[str, Any]) -> str | None:
    """Return the name in the `crs` member of the older GeoJSON; a collection without one states nothing."""
    member = collection.get("crs")
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return str(name) if name else None


def as_text(value: Any) -> str | None:
    """Return a JSON value as text: null stays null, a whole float loses its point."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)


SOURCE = Source(suffixes=(".geojson", ".geojson.gz"), read=read, check=check)
