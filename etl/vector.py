"""Layers of GIS files read through GDAL: attributes in their own types, shapes as WKB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from data.errors import FileRefused
from etl.bounds import check_texts
from etl.geometry import check_file, read_shapes
from etl.mapping_file import Mapping


def read_layer(path: Path, mapping: Mapping, inside: str = "", **options: Any) -> dict[str, Any]:
    """Return the columns of one layer, the shape named `geometry`; `inside` is the address for GDAL if not `path`.

    Raises FileRefused `unreadable` for a damaged file or several layers of which none is named, and what
    `check_file` finds.
    """
    import pyogrio

    place = inside or str(path)
    try:
        layer = _layer(pyogrio.list_layers(place)[:, 0].tolist(), mapping, path)
        meta, table = pyogrio.read_arrow(place, layer=layer, **options)
    except (RuntimeError, pa.ArrowException, OSError, ValueError, NameError) as fault:
        # Every error of pyogrio is a RuntimeError, but for a name it forgets to set over a system it cannot read.
        raise FileRefused("unreadable", path=path, detail=str(fault)[:200]) from fault
    columns = {x: table[x] for x in table.column_names}
    name = meta["geometry_name"] or "wkb_geometry"
    if name in columns:
        columns["geometry"] = columns.pop(name)
        shapes = read_shapes(columns["geometry"].to_numpy(zero_copy_only=False))
        check_file(shapes, meta["crs"], mapping.crs, path)
    check_texts(columns, path)
    return columns


def _layer(names: list[str], mapping: Mapping, path: Path) -> str:
    if mapping.layer is None and len(names) == 1:
        return names[0]
    if mapping.layer not in names:
        raise FileRefused("wrong_columns", path=path, detail=f"layer {mapping.layer or '?'}", known=", ".join(names))
    return str(mapping.layer)
