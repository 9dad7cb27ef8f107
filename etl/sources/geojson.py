"""GeoJSON feature collections: properties as columns, shapes as WKB in the system the mapping states."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from data.errors import FileRefused
from etl.archive import gunzip
from etl.geometry import check_file, from_geojson, read_shapes
from etl.mapping_file import Mapping
from etl.sources.base import Fault, Source, raw_table


def read(path: Path, mapping: Mapping) -> pa.Table:
    """Read the features in the order of the file; `_row` is the number of the feature.

    Raises FileRefused for what is no FeatureCollection (`unreadable`), names another coordinate system than the
    mapping (`crs_conflict`) or does not hold the degrees the mapping states (`not_degrees`).
    """
    collection = _collection(path, mapping.encoding)
    shapes: list[bytes | None] = []
    faults: dict[int, Fault] = {}
    properties: list[dict[str, Any]] = []
    for at, feature in enumerate(collection["features"]):
        whole = feature if isinstance(feature, dict) else {}
        about = whole.get("properties")
        properties.append(about if isinstance(about, dict) else {})
        try:
            shapes.append(from_geojson(whole.get("geometry")))
        except ValueError as fault:
            shapes.append(None)
            faults[at] = Fault(str(fault.args[0]), str(fault.args[1])[:120])
    check_file(read_shapes(shapes), _stated(collection), mapping.crs, path)
    names = dict.fromkeys(name for row in properties for name in row)
    columns = {x: pa.array([_text(row.get(x)) for row in properties], pa.string()) for x in names if x != "geometry"}
    return raw_table(path, {**columns, "geometry": pa.array(shapes, pa.binary())}, None, faults)


def _collection(path: Path, encoding: str) -> dict[str, Any]:
    data = gunzip(path) if path.name.lower().endswith(".gz") else path.read_bytes()
    try:
        found = json.loads(data.decode("utf-8-sig" if encoding == "utf-8" else encoding))
    except UnicodeDecodeError as fault:
        raise FileRefused("bad_encoding", path=path, detail=encoding) from fault
    except (ValueError, RecursionError) as fault:
        raise FileRefused("unreadable", path=path, detail=f"JSON: {fault}") from fault
    whole: dict[str, Any] = found if isinstance(found, dict) else {"type": type(found).__name__}
    if not isinstance(whole.get("features"), list) or whole.get("type") != "FeatureCollection":
        raise FileRefused("unreadable", path=path, detail=f"JSON: {whole.get('type')} ≠ FeatureCollection")
    return whole


def _stated(collection: dict[str, Any]) -> str | None:
    """Return the name in the `crs` member of the older GeoJSON; a collection without one states nothing."""
    member = collection.get("crs")
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return str(name) if name else None


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)


SOURCE = Source(suffixes=(".geojson", ".json", ".geojson.gz"), read=read)
