"""Whatever bytes are called a table, a shape or a track: rows, or one sentence; never a crash."""

import io
import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.config import make_config
from data.errors import Problem
from etl.mapping import Mapping
from etl.propose import propose
from etl.sources import source_for

SHORT = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SHORTER = settings(SHORT, max_examples=40)
RING = [[119.0, 32.0], [119.01, 32.0], [119.01, 32.01], [119.0, 32.0]]


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (["事件编号", "上报时间", "经度", "纬度"], ["S1", "2026-01-05 08:00", 119.1, 31.9]):
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def collection() -> bytes:
    shape = {"type": "Polygon", "coordinates": [RING]}
    feature = {"type": "Feature", "properties": {"编号": "1", "名称": "甲"}, "geometry": shape}
    return json.dumps({"type": "FeatureCollection", "features": [feature, feature]}).encode()


GOOD: dict[str, bytes] = {
    ".csv": '事件编号,上报时间,经度,纬度\nS1,2026-01-05 08:00,119.1,31.9\nS2,,"a\nb",x\n'.encode(),
    ".geojson": collection(),
    ".json": json.dumps({"data": [{"id": 1, "at": "2026-01-05", "p": [119.1, 31.9], "geometry": None}]}).encode(),
    ".gpx": b'<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg><trkpt lat="31.9" '
    b'lon="119.1"><time>2026-01-05T00:00:00Z</time></trkpt></trkseg></trk></gpx>',
    ".plt": b"a\nb\nc\nd\ne\nf\n39.98,116.31,0,492,39744.1,2008-10-23,02:53:04\n",
    ".xlsx": workbook(),
}


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw a suffix, and a good file of it with bytes changed, cut out or put in; or any bytes at all."""
    suffix = draw(st.sampled_from(sorted(GOOD)))
    if draw(st.integers(0, 3)) == 0:
        return suffix, draw(st.binary(min_size=1, max_size=200))
    data = bytearray(GOOD[suffix])
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data) - 1)) if data else 0
        cut = draw(st.integers(0, 12))
        data[at : at + cut] = draw(
            st.binary(max_size=8) | st.sampled_from([b'"', b"\n", b",", b"[", b"}", b"1e999", b"null", b"-"])
        )
    return suffix, bytes(data) or b"\n"


@SHORT
@given(damaged())
def test_a_source_gives_rows_or_a_reason(tmp_path: Path, file: tuple[str, bytes]) -> None:
    suffix, data = file
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    mapping = Mapping(Path("m.toml"), "*", "area", crs="EPSG:4326", time_zone="UTC")
    try:
        raw = source_for(path, mapping).read(path, mapping)
    except Problem as refused:
        assert path.name in refused.sentence("zh-CN") and path.name in refused.sentence("en")
        return
    assert isinstance(raw, pa.Table) and {"_row", "_problem", "_detail"} <= set(raw.column_names)


@SHORTER
@given(damaged())
def test_a_proposal_is_made_or_refused(tmp_path: Path, file: tuple[str, bytes]) -> None:
    suffix, data = file
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    try:
        about = propose(path, make_config(tmp_path, {})).as_json()
    except Problem as refused:
        assert refused.sentence("zh-CN")
        return
    assert json.dumps(about)


@pytest.mark.parametrize("suffix", sorted(GOOD))
def test_the_files_that_are_damaged_here_are_good_ones(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(GOOD[suffix])
    mapping = Mapping(Path("m.toml"), "*", "area", crs="EPSG:4326", time_zone="UTC")
    assert source_for(path, mapping).read(path, mapping).num_rows >= 1
