"""GPX tracks: one row per track point. The XML is checked before it is parsed: no entities, no document types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from data.errors import FileRefused
from etl.bounds import blocks_of
from etl.mapping_file import Mapping
from etl.sources.base import Source, raw_table
from etl.xml_check import check_xml

TYPES = {
    "track": pa.string(),
    "segment": pa.int64(),
    "lon": pa.float64(),
    "lat": pa.float64(),
    "ele": pa.float64(),
    "time": pa.string(),
    "speed": pa.float64(),
    "hdop": pa.float64(),
}


def read(path: Path, mapping: Mapping) -> pa.Table:
    """Read the points of all tracks in order; `_row` is the number of the point; times are UTC and say so.

    Raises FileRefused `unreadable` for broken or dangerous XML and for what is no GPX, `no_track` without track points.
    """
    whole = _parsed(path)
    points = [
        {"track": track.name, "segment": at, **_point(point)}
        for track in whole.tracks
        for at, segment in enumerate(track.segments)
        for point in segment.points
    ]
    if not points:
        counts = sum(len(x.points) for x in whole.routes), len(whole.waypoints)
        raise FileRefused("no_track", path=path, detail=f"rtept {counts[0]}, wpt {counts[1]}")
    return raw_table(path, {x: pa.array([p[x] for p in points], kind) for x, kind in TYPES.items()})


def check(path: Path, _: Mapping) -> None:
    """Refuse entities, document types and depth before anything is parsed."""
    check_xml(blocks_of(path), path)


def _parsed(path: Path) -> Any:
    import gpxpy

    try:
        return gpxpy.parse(path.read_bytes())
    except (gpxpy.gpx.GPXException, ValueError, LookupError, TypeError, AttributeError) as fault:
        raise FileRefused("unreadable", path=path, detail=f"GPX: {fault}"[:200]) from fault


def _point(point: Any) -> dict[str, Any]:
    return {
        "lon": point.longitude,
        "lat": point.latitude,
        "ele": point.elevation,
        "time": None if point.time is None else point.time.isoformat(),
        "speed": point.speed,
        "hdop": point.horizontal_dilution,
    }


SOURCE = Source(suffixes=(".gpx",), read=read, check=check)
