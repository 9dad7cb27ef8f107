"""A file as a proposal looks at it: how it is written, its rows as text, its columns seen, its shapes and places."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely

from data.config import Config
from data.errors import FileRefused
from etl.geometry import read_shapes
from etl.mapping_file import Mapping
from etl.propose.known import Known
from etl.propose.layout import Layout
from etl.propose.places import Pair, find_pair
from etl.propose.seen import Seen, look
from etl.sources import SOURCES, geojson

KINDS = {0: "point", 4: "point", 1: "line", 2: "line", 5: "line", 3: "polygon", 6: "polygon"}
ANY_DEGREES, ANY_METRES = "EPSG:4326", "EPSG:3857"  # only to have the numbers read as they are


@dataclass(frozen=True)
class Table:
    """One file read as it is; `stated` is the coordinate system the file itself names."""

    path: Path
    layout: Layout
    raw: pa.Table
    stated: str | None
    known: Known

    @property
    def config(self) -> Config:
        """The home's configuration."""
        return self.known.config

    @cached_property
    def columns(self) -> dict[str, Seen]:
        """Their columns as seen in a sample of rows; those of persons' numbers among them."""
        return look(self.raw)

    @cached_property
    def usable(self) -> dict[str, Seen]:
        """The columns that may be mapped."""
        return {name: x for name, x in self.columns.items() if not x.is_personal}

    @cached_property
    def personal(self) -> list[str]:
        """The names of columns of persons' numbers, which are never shown."""
        return [name for name, x in self.columns.items() if x.is_personal]

    @cached_property
    def pair(self) -> Pair | None:
        """The coordinate columns."""
        return find_pair(self.usable, self.config.city.centre)

    @cached_property
    def shapes(self) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
        """The shapes of a sample of rows, in the file's own system; empty without geometry."""
        if "geometry" not in self.raw.column_names or not pa.types.is_binary(self.raw["geometry"].type):
            return np.array([], dtype=object)
        step = max(self.raw.num_rows // 500, 1)
        values = self.raw["geometry"].to_numpy(zero_copy_only=False)[::step]
        shapes = read_shapes(values)
        return np.asarray(shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)], dtype=object)

    @cached_property
    def kind(self) -> str | None:
        """`polygon`, `line` or `point`: what most shapes are; None without shapes."""
        if not len(self.shapes):
            return None
        kinds, counts = np.unique(shapely.get_type_id(self.shapes), return_counts=True)
        return KINDS.get(int(kinds[counts.argmax()]))


def read_table(path: Path, layout: Layout, known: Known) -> Table:
    """Read a file under whatever system lets its numbers through; raises what its source raises, but for the system."""
    stated = _stated(path, layout)
    for crs in dict.fromkeys((stated or ANY_DEGREES, ANY_METRES)):
        mapping = _as_is(path, layout, crs)
        try:
            return Table(path, layout, SOURCES[layout.format].read(path, mapping), stated, known)
        except FileRefused as fault:
            if fault.reason not in {"not_degrees", "crs_conflict", "unknown_crs"}:
                raise
            refused = fault
    raise refused


def _as_is(path: Path, layout: Layout, crs: str) -> Mapping:
    return Mapping(
        path, "*", "", format=layout.format, crs=crs, encoding=_plain(layout.encoding), delimiter=layout.delimiter,
        skip_rows=layout.skip_rows, sheet=layout.sheet, layer=layout.layer,
    )  # fmt: skip


def _plain(encoding: str) -> str:
    """Return the encoding a mapping states: every source takes a mark at the beginning of UTF-8 in its stride."""
    return "utf-8" if encoding == "utf-8-sig" else encoding


def _stated(path: Path, layout: Layout) -> str | None:
    """Return the coordinate system a GIS file names itself."""
    if layout.format in {"geojson", "json"}:
        whole = geojson.parsed(path, _plain(layout.encoding))
        return geojson.stated_in(whole) if isinstance(whole, dict) else None
    if layout.format in {"gpkg", "shapefile"}:
        import pyogrio

        place = f"/vsizip/{{{path.resolve()}}}" if layout.format == "shapefile" else str(path)
        try:
            said = pyogrio.read_info(place, layer=layout.layer).get("crs")
        except (RuntimeError, OSError, ValueError):
            return None  # the source says what is wrong with the file
        return str(said) if said else None
    return None
