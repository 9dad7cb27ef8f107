"""GeoPackage layers."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from etl.mapping_file import Mapping
from etl.sources.base import Source, raw_table, with_points
from etl.vector import read_layer


def read(path: Path, mapping: Mapping) -> pa.Table:
    """Read the mapping's layer (or the only one); `_row` is the number of the feature."""
    return raw_table(path, with_points(read_layer(path, mapping)))


SOURCE = Source(suffixes=(".gpkg",), read=read)
