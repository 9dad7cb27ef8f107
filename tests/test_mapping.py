"""Mappings: a site's own columns, codes, clocks and coordinates become ours, and every row is accounted for."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.config import make_config
from data.errors import ConfigError, FileRefused
from data.feeds import feeds
from etl.mapping import Mapped, Mapping, apply_mapping, find_mapping, load_mapping, load_mappings
from etl.projection import wgs84_to_gcj02
from etl.sources import SOURCES
from etl.sources.base import raw_table
from etl.transforms import is_personal
from etl.values import TYPES
from etl.zones import to_utc

CONFIG = make_config(Path("home"), {})
FIX = """
[source]
match = "*.csv"
table = "fix"
crs = "{crs}"
time_zone = "{zone}"
time_formats = {formats}
[columns]
worker_id = "id"
fixed_at = "at"
lon = "x"
lat = "y"
{more}
"""
INCIDENT = """
[source]
match = "*.csv"
table = "incident"
crs = "EPSG:4326"
time_zone = "America/New_York"
[columns]
incident_id = "case"
reported_at = "opened"
{more}
"""


def fix(folder: Path, **said: str) -> Mapping:
    usual = {"crs": "EPSG:4326", "zone": "Asia/Shanghai", "more": "", "formats": '["iso"]'}
    return stated(folder, FIX.format(**usual | said))


def stated(folder: Path, text: str) -> Mapping:
    (folder / "m.toml").write_text(text, encoding="utf-8")
    return load_mapping(folder / "m.toml")


def table(**columns: list[object]) -> pa.Table:
    return raw_table(Path("in/f.csv"), {k: pa.array(v) for k, v in columns.items()})


def fixes(mapping: Mapping, **changed: list[object]) -> Mapped:
    rows = max((len(x) for x in changed.values()), default=1)
    whole = {"id": ["w1"] * rows, "at": ["2026-01-05 08:00:00"] * rows, "x": ["119.1"] * rows, "y": ["31.9"] * rows}
    mapped = apply_mapping(table(**whole | changed), mapping, CONFIG)
    assert mapped.rows.num_rows + mapped.rejects.num_rows == rows
    return mapped


def reasons(mapped: Mapped) -> list[tuple[int, str, str]]:
    columns = (mapped.rejects[x].to_pylist() for x in ("row", "reason", "detail"))
    return list(zip(*columns, strict=True))


# --- the shape of what comes out -----------------------------------------------------------------------------


def test_every_column_of_the_feed_is_there_in_its_own_type(tmp_path: Path) -> None:
    rows = fixes(fix(tmp_path)).rows
    for column in feeds()["fix"].columns.values():
        assert rows.schema.field(column.name).type == TYPES[column.type]
    assert rows.select(["worker_id", "fixed_at", "lon", "lat", "_row"]).to_pylist() == [
        {"worker_id": "w1", "fixed_at": datetime(2026, 1, 5), "lon": 119.1, "lat": 31.9, "_row": 1}
    ]


def test_text_and_typed_files_give_the_same_rows(tmp_path: Path) -> None:
    mapping = fix(tmp_path, more='battery = { from = "b", scale = 0.01 }')
    text = fixes(mapping, b=["85"], x=["119.1"])
    typed = fixes(mapping, b=[85], x=[119.1], y=[31.9], at=[datetime(2026, 1, 5, 8)])
    assert text.rows.equals(typed.rows) and text.rows["battery"].to_pylist() == [0.85]


@pytest.mark.parametrize("suffix", ["csv", "geojson"])
def test_a_file_without_rows_gives_no_rows(tmp_path: Path, suffix: str) -> None:
    texts = {"csv": "id,at,x,y\n", "geojson": '{"type": "FeatureCollection", "features": []}'}
    path = tmp_path / f"f.{suffix}"
    path.write_text(texts[suffix])
    raw = SOURCES[suffix].read(path, fix(tmp_path))
    if suffix == "csv":
        mapped = apply_mapping(raw, fix(tmp_path), CONFIG)
        assert mapped.rows.num_rows == mapped.rejects.num_rows == 0
    assert raw.num_rows == 0


def test_what_is_missing_or_no_number_is_refused_with_its_line_and_content(tmp_path: Path) -> None:
    mapping = fix(tmp_path, more='accuracy_m = "acc"\nbattery = "b"')
    mapped = fixes(
        mapping, id=["w1", " ", "w3", "w4", "w5"], acc=["5", "5", "five", "", "1e9999"], b=["1", "1", "1", "2", "1"]
    )
    assert reasons(mapped) == [
        (2, "missing", "worker_id"),
        (3, "bad_number", "acc=five"),
        (4, "bad_value", "b=2"),
        (5, "bad_number", "acc=1e9999"),
    ]
    assert mapped.rejects["key"].to_pylist() == [None, "w3", "w4", "w5"]
    assert json.loads(mapped.rejects["content"][1].as_py())["acc"] == "five"
    assert mapped.rows["accuracy_m"].to_pylist() == [5.0]


def test_a_row_the_source_could_not_read_stays_refused_for_that(tmp_path: Path) -> None:
    raw = table(id=[None, "w"], at=[None, "2026-01-05 08:00:00"], x=[None, "119"], y=[None, "32"])
    raw = raw.set_column(raw.schema.get_field_index("_problem"), "_problem", pa.array(["bad_row", None]))
    raw = raw.set_column(raw.schema.get_field_index("_detail"), "_detail", pa.array(["3 / 4", None]))
    raw = raw.set_column(raw.schema.get_field_index("_text"), "_text", pa.array(["a,13912345678,c", None]))
    mapped = apply_mapping(raw, fix(tmp_path), CONFIG)
    assert reasons(mapped) == [(1, "bad_row", "3 / 4")]
    assert json.loads(mapped.rejects["content"][0].as_py()) == {"_text": "a,*,c"}


def test_a_file_without_a_mapped_column_is_refused_with_the_columns_it_has(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as caught:
        apply_mapping(table(id=["1"], at=["x"], lon=["1"], y=["1"]), fix(tmp_path), CONFIG)
    assert caught.value.reason == "wrong_columns"
    for language in ("zh-CN", "en"):
        sentence = caught.value.sentence(language)
        assert "in/f.csv" in sentence and " x" in sentence and "id, at, lon, y" in sentence


# --- the closed set of transforms ----------------------------------------------------------------------------


def test_capture_pad_slice_lower_join_constant_and_values(tmp_path: Path) -> None:
    more = r"""
area_id = { join = ["ward", "no"], with = "-" }
unit_id = { from = "ward", capture = '(\d+)', pad = 2 }
source = { constant = "hotline" }
subkind = { from = "type", slice = [0, 4], lower = true }
kind = "type"
title = "type"
[values.kind]
"Street Lights" = "FAC"
"Trees" = "ENV"
"*" = "OTH"
[values.title]
Trees = ""
"""
    mapping = stated(tmp_path, INCIDENT.format(more=more))
    raw = table(
        case=["1", "2", "3"],
        opened=["2026-01-05 08:00:00"] * 3,
        ward=["Ward 7", "17", None],
        no=[" 1", "2", "3"],
        type=["Street Lights", "Trees", "Odd"],
    )
    rows = apply_mapping(raw, mapping, CONFIG).rows
    assert rows["area_id"].to_pylist() == ["Ward 7-1", "17-2", None]
    assert rows["unit_id"].to_pylist() == ["07", "17", None]
    assert rows["source"].to_pylist() == ["hotline"] * 3
    assert rows["subkind"].to_pylist() == ["stre", "tree", "odd"]
    assert rows["kind"].to_pylist() == ["FAC", "ENV", "OTH"]
    assert rows["title"].to_pylist() == ["Street Lights", None, "Odd"]


def test_nulls_are_what_the_mapping_says_everywhere_or_in_one_column(tmp_path: Path) -> None:
    more = 'speed_mps = "v"\naccuracy_m = "v"\n[nulls]\nany = ["N/A"]\nspeed_mps = ["-777"]'
    mapped = fixes(fix(tmp_path, more=more), v=["N/A", "-777", "　", "3"])
    assert mapped.rows["speed_mps"].to_pylist() == [None, None, None, 3.0]
    assert mapped.rows["accuracy_m"].to_pylist() == [None, -777.0, None, 3.0]
    typed = fixes(fix(tmp_path, more=more), v=[-777, 3])
    assert typed.rows["speed_mps"].to_pylist() == [None, 3.0]


def test_the_path_of_a_file_can_name_the_worker(tmp_path: Path) -> None:
    text = FIX.format(crs="EPSG:4326", zone="UTC", more="", formats='["iso"]')
    mapping = stated(tmp_path, text.replace('"id"', "{ from = '_path', capture = '([^/]+)/f' }"))
    assert fixes(mapping).rows["worker_id"].to_pylist() == ["in"]


def test_a_column_with_listed_values_takes_no_other(tmp_path: Path) -> None:
    text = """
[source]
match = "*"
table = "roster"
time_zone = "Asia/Shanghai"
[columns]
worker_id = "w"
starts_at = "a"
ends_at = "b"
kind = "k"
[values.kind]
"休假" = "leave"
"""
    hour = ["2026-01-05 08:00"] * 3
    raw = table(w=["1", "2", "3"], a=hour, b=hour, k=["休假", "夜班", ""])
    mapped = apply_mapping(raw, stated(tmp_path, text), CONFIG)
    assert mapped.rows["kind"].to_pylist() == ["leave", "duty"]
    assert reasons(mapped) == [(2, "bad_value", "k=夜班")]


# --- times ---------------------------------------------------------------------------------------------------


def test_dates_in_three_dialects_of_one_column_are_one_instant(tmp_path: Path) -> None:
    mapping = fix(tmp_path, formats='["iso", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M:%S", "%d-%b-%y %I:%M %p"]')
    texts = ["2026-01-05T08:05:00", "2026/1/5 8:05", "2026年01月05日 08:05:00", "5-Jan-26 8:05 AM"]
    texts += ["2026-01-05T00:05:00Z", "2026-01-05 01:05:00.000+01:00", "2026-01-05 08:05"]
    assert set(fixes(mapping, at=texts).rows["fixed_at"].to_pylist()) == {datetime(2026, 1, 5, 0, 5)}


@pytest.mark.parametrize("text", ["2026-02-30 08:00:00", "2026-13-01 08:00:00", "05.01.2026", "2026-01-05", "x"])
def test_what_is_no_time_in_the_stated_formats_is_refused(tmp_path: Path, text: str) -> None:
    mapped = fixes(fix(tmp_path), at=["2026-01-05 08:00:00", text])
    assert reasons(mapped) == [(2, "bad_time", f"at={text}")]


# The last, in microseconds, is 2**64 more than eight in the morning of a day in 2026: counted in 64 bits the same.
@pytest.mark.parametrize(
    ("unit", "far"), [("us", 2**62), ("ms", -(2**60)), ("s", 253402300800), ("ms", (2**64 + 1767600000000384) // 1000)]
)
def test_a_time_no_calendar_holds_costs_no_other_row(tmp_path: Path, unit: str, far: int) -> None:
    good = int(datetime(2026, 1, 5, 8, tzinfo=UTC).timestamp()) * {"s": 1, "ms": 10**3, "us": 10**6}[unit]
    mapped = fixes(fix(tmp_path), at=pa.array([good, far], pa.timestamp(unit)))
    assert mapped.rows["fixed_at"].to_pylist() == [datetime(2026, 1, 5)]
    assert [(row, reason) for row, reason, _ in reasons(mapped)] == [(2, "bad_time")]
    assert "w1" in mapped.rejects["content"][0].as_py()


def test_serial_days_and_epochs_are_times(tmp_path: Path) -> None:
    for form, text in (("excel", "46027.333333333336"), ("epoch_s", "1767571200"), ("epoch_ms", "1767571200000")):
        mapped = fixes(fix(tmp_path, formats=f'["{form}"]'), at=[text])
        assert mapped.rows["fixed_at"].to_pylist() == [datetime(2026, 1, 5)], form


def test_a_relative_clock_of_1970_is_just_a_time(tmp_path: Path) -> None:
    mapped = fixes(fix(tmp_path, zone="UTC"), at=["1970-01-01 00:00:01"])
    assert mapped.rows["fixed_at"].to_pylist() == [datetime(1970, 1, 1, 0, 0, 1)]


def test_when_clocks_go_back_the_first_time_is_taken_and_counted(tmp_path: Path) -> None:
    mapped = fixes(fix(tmp_path, zone="America/New_York"), at=["2011-11-06 01:30:00", "2011-11-06 03:00:00"])
    assert mapped.rows["fixed_at"].to_pylist() == [datetime(2011, 11, 6, 5, 30), datetime(2011, 11, 6, 8)]
    assert mapped.notes == {"ambiguous_time": 1}


def test_a_time_that_summer_time_skipped_is_refused(tmp_path: Path) -> None:
    mapped = fixes(fix(tmp_path, zone="America/New_York"), at=["2011-03-13 02:30:00", "2011-03-13 03:00:00"])
    assert reasons(mapped) == [(1, "no_such_time", "at=2011-03-13 02:30:00")]
    assert mapped.rows["fixed_at"].to_pylist() == [datetime(2011, 3, 13, 7)]


ZONES = ["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Beirut", "UTC"]


@settings(max_examples=80, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    local=st.lists(st.datetimes(datetime(1985, 1, 1), datetime(2030, 1, 1)), min_size=1, max_size=30),
)
def test_local_clocks_agree_with_the_zone_asked_one_by_one(zone: str, local: list[datetime]) -> None:
    where = ZoneInfo(zone)
    # hours around changes are rare by chance, so each day is also asked at every half hour of its night
    local += [datetime(x.year, x.month, x.day) + timedelta(minutes=30 * i) for x in local[:3] for i in range(10)]
    found = to_utc(np.array(local, "datetime64[us]").astype(np.int64), where)
    for i, moment in enumerate(local):
        expected = moment.replace(tzinfo=where).astimezone(UTC)
        exists = expected.astimezone(where).replace(tzinfo=None) == moment
        twice = exists and moment.replace(tzinfo=where, fold=1).utcoffset() != moment.replace(tzinfo=where).utcoffset()
        assert (bool(found.missing[i]), bool(found.twice[i])) == (not exists, twice)
        if exists:
            assert found.utc[i] == np.datetime64(expected.replace(tzinfo=None), "us").astype(np.int64)


def test_dates_are_local_days_whatever_their_dialect(tmp_path: Path) -> None:
    text = """
[source]
match = "*"
table = "area"
crs = "EPSG:4326"
time_formats = ["%Y/%m/%d"]
[columns]
area_id = "id"
name = "id"
level = { constant = "grid" }
geometry = "geometry"
valid_from = "since"
"""
    from shapely import box

    raw = table(id=["a", "b", "c"], geometry=[box(0, 0, 1, 1).wkb] * 3, since=["2026-01-05", "2026/1/5", "soon"])
    mapped = apply_mapping(raw, stated(tmp_path, text), CONFIG)
    assert mapped.rows["valid_from"].to_pylist() == [date(2026, 1, 5)] * 2
    assert reasons(mapped) == [(3, "bad_time", "since=soon")]


# --- places --------------------------------------------------------------------------------------------------


def test_coordinates_that_are_none_or_off_the_globe_are_refused(tmp_path: Path) -> None:
    mapped = fixes(fix(tmp_path), x=["119", "NaN", "", "191", "119.5"], y=["32", "32", "32", "32", "-91"])
    assert [x[:2] for x in reasons(mapped)] == [(row, "bad_coordinates") for row in (2, 3, 4, 5)]
    assert reasons(mapped)[2][2] == "191, 32"


def test_an_incident_may_have_no_coordinates_but_not_half_of_them(tmp_path: Path) -> None:
    mapping = stated(tmp_path, INCIDENT.format(more='lon = "x"\nlat = "y"'))
    raw = table(case=["1", "2"], opened=["2026-01-05 08:00:00"] * 2, x=["", "-71"], y=["", ""])
    mapped = apply_mapping(raw, mapping, CONFIG)
    assert mapped.rows["lon"].to_pylist() == [None] and reasons(mapped) == [(2, "bad_coordinates", "-71, ")]


def test_a_default_geocode_loses_its_point_and_says_so(tmp_path: Path) -> None:
    more = 'lon = "x"\nlat = "y"\n[unlocated]\npoints = [[-71.0587, 42.3594]]'
    mapping = stated(tmp_path, INCIDENT.format(more=more))
    raw = table(case=["1", "2"], opened=["2026-01-05 08:00:00"] * 2, x=["-71.0587", "-71.0587"], y=["42.3594", "42.36"])
    rows = apply_mapping(raw, mapping, CONFIG).rows
    assert rows["_default"].to_pylist() == [True, False]
    assert rows["lon"].to_pylist() == [None, -71.0587] and rows["lat"].to_pylist() == [None, 42.36]


@pytest.mark.parametrize("crs", ["EPSG:4326", "GCJ-02", "EPSG:4549"])
def test_shapes_with_coordinates_that_are_no_place_are_refused_one_by_one(tmp_path: Path, crs: str) -> None:
    text = """
[source]
match = "*"
table = "key_area"
crs = "{crs}"
[columns]
key_area_id = "id"
name = "id"
geometry = "geometry"
"""
    good = "[[119, 32], [119, 32.1], [119.1, 32], [119, 32]]"
    bad = [
        good.replace(a, b) for a, b in (("119,", "NaN,"), ("119.1", "NaN"), ("119.1", "1e300"), ("32.1", "-Infinity"))
    ]
    rings = [good, *bad, good, "[]"]
    features = [
        f'{{"type":"Feature","properties":{{"id":"{i}"}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}'
        for i, ring in enumerate(rings, 1)
    ]
    path = tmp_path / "a.geojson"
    path.write_text('{"type":"FeatureCollection","features":[' + ",".join([*features, features[0]]) + "]}")
    mapping = stated(tmp_path, text.format(crs=crs))
    raw = SOURCES["geojson"].read(path, mapping)
    mapped = apply_mapping(raw, mapping, CONFIG)
    assert mapped.rows["_row"].to_pylist() == [1, 6, 8]
    assert [(row, reason) for row, reason, _ in reasons(mapped)] == [(i, "bad_geometry") for i in (2, 3, 4, 5, 7)]


def test_gcj02_fixes_come_out_where_the_worker_stood(tmp_path: Path) -> None:
    lon, lat = wgs84_to_gcj02(np.array([119.16]), np.array([31.95]))
    rows = fixes(fix(tmp_path, crs="GCJ-02"), x=[str(lon[0])], y=[str(lat[0])]).rows
    assert abs(rows["lon"][0].as_py() - 119.16) < 1e-7 and abs(rows["lat"][0].as_py() - 31.95) < 1e-7


def test_parents_named_in_a_file_of_grids_go_along(tmp_path: Path) -> None:
    from shapely import box

    text = """
[source]
match = "*"
table = "area"
crs = "EPSG:4326"
[columns]
area_id = "code"
name = "code"
level = { constant = "grid" }
geometry = "geometry"
[[ancestors]]
level = "street"
area_id = "s"
name = "sn"
[[ancestors]]
level = "community"
area_id = { join = ["s", "c"], with = "/" }
name = "c"
"""
    shapes = [box(0, 0, 1, 1).wkb] * 2
    raw = table(code=["g1", "g2"], s=["S1", ""], sn=["华阳"] * 2, c=["一社区", "二社区"], geometry=shapes)
    mapped = apply_mapping(raw, stated(tmp_path, text), CONFIG)
    above = json.loads(mapped.rows["_ancestors"][0].as_py())
    assert above == [["street", "S1", "华阳"], ["community", "S1/一社区", "一社区"]]
    assert mapped.rows["parent_id"].to_pylist() == ["S1/一社区"]
    assert reasons(mapped) == [(2, "missing", "ancestors.street")]


# --- mapping files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "reason", "named"),
    [
        (("match =", "mach ="), "unknown_key", "source.match"),
        (('table = "fix"', 'table = "fixe"'), "unknown_key", "fix"),
        (('lon = "x"', 'long = "x"'), "unknown_key", "columns.lon"),
        (('lat = "y"', ""), "missing_key", "columns.lat"),
        (('crs = "EPSG:4326"', ""), "missing_key", "source.crs"),
        (('crs = "EPSG:4326"', 'crs = "GCJ-2"'), "unknown_crs", "GCJ-2"),
        (('time_zone = "UTC"', ""), "missing_key", "source.time_zone"),
        (('time_zone = "UTC"', 'time_zone = "Beijing"'), "wrong_type", "source.time_zone"),
        (('["iso"]', '["%Q"]'), "wrong_type", "%Q"),
        (('"id"', '{ from = "id", sum = 3 }'), "unknown_key", "columns.worker_id.sum"),
        (('"id"', '{ from = "id", capture = "(" }'), "wrong_type", "columns.worker_id.capture"),
        (('"id"', '{ constant = "a", from = "id" }'), "wrong_type", "columns.worker_id"),
        (('"id"', "7"), "wrong_type", "columns.worker_id"),
        (('"id"', '"手机号"'), "personal_column", "手机号"),
        (("[columns]", "[columns"), "bad_toml", "line"),
    ],
)
def test_a_faulty_mapping_is_answered_with_file_and_key(
    tmp_path: Path, change: tuple[str, str], reason: str, named: str
) -> None:
    text = FIX.format(crs="EPSG:4326", zone="UTC", more="", formats='["iso"]')
    with pytest.raises(ConfigError) as caught:
        stated(tmp_path, text.replace(*change))
    assert caught.value.reason == reason
    for language in ("zh-CN", "en"):
        assert "m.toml" in caught.value.sentence(language) and named in caught.value.sentence(language)


@pytest.mark.parametrize("name", ["身份证号", "联系电话", "手机", "Phone", "id_number", "ID-Card", "mobilePhone"])
def test_columns_that_hold_persons_numbers_are_known(name: str) -> None:
    assert is_personal(name)


@pytest.mark.parametrize("name", ["编号", "hotel", "worker_id", "automobile", "case_number", "姓名", "telemetry"])
def test_other_columns_are_not_taken_for_them(name: str) -> None:
    assert not is_personal(name)


def test_a_persons_number_never_stands_among_the_rejects(tmp_path: Path) -> None:
    mapped = fixes(fix(tmp_path), x=["no"], 手机号=["13912345678"])
    assert "139" not in mapped.rejects["content"][0].as_py()


def test_the_most_specific_pattern_wins_and_none_is_a_sentence(tmp_path: Path) -> None:
    for name, match in (("a", "*.csv"), ("b", "fixes_*.csv"), ("c", "*/Trajectory/*.plt")):
        text = FIX.format(crs="EPSG:4326", zone="UTC", more="", formats='["iso"]').replace("*.csv", match)
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    mappings = load_mappings(tmp_path)
    assert find_mapping(Path("in/fixes_1.csv"), mappings).path.stem == "b"
    assert find_mapping(Path("in/other.csv"), mappings).path.stem == "a"
    for path in ("/data/007/Trajectory/1.plt", "007/Trajectory/1.plt"):
        assert find_mapping(Path(path), mappings).path.stem == "c"
    with pytest.raises(FileRefused) as caught:
        find_mapping(Path("in/x.gpx"), mappings)
    assert "in/x.gpx" in caught.value.sentence("zh-CN") and "mappings/" in caught.value.sentence("en")
