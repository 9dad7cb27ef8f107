"""What is fuzzed: each parser of the product as a function of bytes, with good inputs to begin from, made in code.

A target returns for what is read and for what is refused in the product's own words; anything else is a crash. Where
rows come in, those that leave are as many: rows in = mapped + refused, and for a whole load loaded + rejected +
duplicate.
"""

from __future__ import annotations

import io
import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa
import shapely
from PIL import Image

from data.analysis.periods import parse as period
from data.config import Config, make_config
from data.errors import Problem
from data.loop.photos import _plain
from etl.geometry import from_geojson, read_shapes, repaired, to_degrees
from etl.mapping import Mapping, apply_mapping
from etl.mapping_file import make_mapping
from etl.propose import propose
from etl.receive.message import Request
from etl.receive.protocols import PROTOCOLS
from etl.receive.segments import line, read_lines
from etl.sources import source_for
from etl.transforms import parse_transform
from tests.bombs import SHEET, collection, sheet, workbook
from tests.conftest import SAMPLES
from tests.fuzz_seeds import (
    NOW,
    PERIODS,
    REQUESTS,
    RING,
    ROW,
    SHEET_SEED,
    TABLE,
    TRACK,
    VIEW,
    layer,
    parquets,
    pictures,
    scratch,
    shapes,
)
from tests.fuzz_site import address, loaded

AREAS = Mapping(Path("m.toml"), "*", "area", crs="EPSG:4326", time_zone="UTC")


@dataclass(frozen=True)
class Target:
    """One parser: good inputs, and what is done with any."""

    seeds: Callable[[], list[bytes]]
    run: Callable[[bytes], None]


@cache
def config() -> Config:
    """Return a configuration of defaults."""
    return make_config(scratch(), {})


def kept(suffix: str, content: bytes) -> Path:
    """Write bytes as the one file of their suffix."""
    path = scratch() / f"a{suffix}"
    path.write_bytes(content)
    return path


def read(suffix: str) -> Callable[[bytes], None]:
    """Return a target that reads files of a suffix and maps their first column as an area's id."""

    def run(content: bytes) -> None:
        path = kept(suffix, content)
        try:
            raw = source_for(path, AREAS).read(path, AREAS)
        except Problem as problem:
            assert path.name in problem.sentence("zh-CN") + problem.sentence("en")
            return
        mapped_whole(raw)

    return run


def mapped_whole(raw: pa.Table) -> None:
    """Map a raw table; what goes in comes out, as rows or as rejects."""
    theirs = next((name for name in raw.column_names if not name.startswith("_") and name != "geometry"), None)
    columns = {"area_id": parse_transform(theirs, "area_id", "m")} if theirs else {}
    if "geometry" in raw.column_names:
        columns["geometry"] = parse_transform("geometry", "geometry", "m")
    try:
        mapped = apply_mapping(raw, replace(AREAS, columns=columns), config())
    except Problem:
        return
    assert mapped.rows.num_rows + mapped.rejects.num_rows == raw.num_rows, "rows were lost"


def wrapped_sheet(content: bytes) -> None:
    """Read bytes as the XML of a sheet."""
    read(".xlsx")(workbook({SHEET: content}))


def proposed(content: bytes) -> None:
    """Propose a mapping for bytes called a text table."""
    try:
        told = propose(kept(".csv", content), config()).as_json()
    except Problem as problem:
        problem.sentence("zh-CN")
        return
    json.dumps(told)


def photo(content: bytes) -> None:
    """Take bytes in as a photo."""
    try:
        Image.open(io.BytesIO(_plain(content))).load()
    except Problem:
        return


def message(content: bytes) -> None:
    """Read bytes as a request of every protocol: the first line is path, query and type, the rest the body."""
    head, _, body = content.partition(b"\n")
    path, _, rest = head.decode("utf-8", "replace").partition("?")
    query, _, kind = rest.partition(" ")
    for protocol in PROTOCOLS.values():
        request = Request("POST", path or "/", query, body, kind, NOW)
        try:
            if not protocol.matches(request):
                continue
            rows = protocol.parse(request)
        except Problem as problem:
            problem.sentence("zh-CN")
            continue
        for row in rows:
            spoolable(row.values)


def spoolable(values: dict[str, object]) -> None:
    """What a protocol gives can be written to the spool and read again."""
    path = scratch() / "spool"
    path.write_bytes(line("fix", values))
    assert len(list(read_lines(path))) == 1


def mapping(content: bytes) -> None:
    """Read bytes as a mapping, and use it on a small table."""
    try:
        tables = tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return
    raw = pa.table({name: ["1", None, "2026-01-05 08:00"] for name in ("编号", "上报时间", "经度", "纬度")})
    lines = pa.array([1, 2, 3], pa.int64())
    raw = raw.append_column("_row", lines)
    for name in ("_problem", "_detail", "_text"):
        raw = raw.append_column(name, pa.nulls(3, pa.string()))
    try:
        made = make_mapping(tables, Path("m.toml"))
        mapped = apply_mapping(raw, made, config())
    except Problem as problem:
        problem.sentence("zh-CN")
        return
    assert mapped.rows.num_rows + mapped.rejects.num_rows == 3, "rows were lost"


def boundaries(content: bytes) -> None:
    """Repair the shapes of GeoJSON bytes; what is given back is valid or has its reason."""
    try:
        whole = json.loads(content)
        shapes = read_shapes([from_geojson(x) for x in (whole if isinstance(whole, list) else [whole])])
    except (ValueError, RecursionError):
        return
    good, reasons, _ = repaired(to_degrees(shapes, "EPSG:4326"))
    for shape, reason in zip(good, reasons, strict=True):
        assert (shape is None) == (reason is not None)
        assert shape is None or shapely.is_valid(shape)


def periods(content: bytes) -> None:
    """Read bytes as the period of an address."""
    try:
        found = period(content.decode("utf-8", "replace"), date(2026, 1, 5))
    except Problem:
        return
    assert found.days > 0


TARGETS: dict[str, Target] = {
    "csv": Target(lambda: [TABLE, TABLE.decode().encode("gb18030")], read(".csv")),
    "json": Target(lambda: [b'{"data":[{"id":1,"p":[119.1,31.9],"geometry":null}]}'], read(".json")),
    "geojson": Target(lambda: [collection(RING)], read(".geojson")),
    "gpx": Target(lambda: [TRACK.encode()], read(".gpx")),
    "plt": Target(lambda: [b"a\nb\nc\nd\ne\nf\n39.98,116.31,0,492,39744.1,2008-10-23,02:53:04\n"], read(".plt")),
    "xlsx": Target(lambda: [sheet(ROW)], read(".xlsx")),
    "sheet": Target(lambda: [SHEET_SEED], wrapped_sheet),
    "parquet": Target(parquets, read(".parquet")),
    "gpkg": Target(lambda: [layer("seed.gpkg")], read(".gpkg")),
    "shapefile": Target(shapes, read(".zip")),
    "photo": Target(pictures, photo),
    "message": Target(lambda: REQUESTS, message),
    "mapping": Target(lambda: [path.read_bytes() for path in sorted((SAMPLES / "mappings").glob("*.toml"))], mapping),
    "boundaries": Target(lambda: [RING.encode(), f"[{RING},null]".encode()], boundaries),
    "periods": Target(lambda: PERIODS, periods),
    "proposal": Target(lambda: [(SAMPLES / "incidents.csv").read_bytes()[:600], TABLE], proposed),
    "address": Target(lambda: [VIEW], address),
    "load": Target(lambda: [(SAMPLES / "incidents.csv").read_bytes()[:900]], loaded),
}
QUICK = [name for name in TARGETS if name not in ("address", "load", "proposal", "gpkg")]
