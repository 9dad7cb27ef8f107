"""What is taken away is what was shown: every format holds the rows, says where they are from, and runs nothing."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import geopandas
import movingpandas
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from data.errors import Problem
from data.exports import FORMATS, Extract, Provenance, file_name, xlsx
from data.exports.plain_text import safe, unsafe
from data.exports.written import write_one

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 1, 5, 4)  # 12:00 in the city
FORMULAS = ["=1+1", "+86", "-2", "@x", "\tx", "\rx", "\nx", " =1", "＝1+1", "＋1", "－1", "＠x", "'=1", "''=1"]
QUIET = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Everything a text of ours may hold: Arrow's texts are UTF-8, which no half of a surrogate pair is.
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40) | st.sampled_from(FORMULAS)


def about(**filters: str) -> Provenance:
    return Provenance(
        {"area": "清河市", **filters}, "incidents_taken", "run-7", NOON, "leader", "0123abcd", ("示意数据",)
    )


def extract(table: pa.Table, heads: dict[str, str] | None = None) -> Extract:
    return Extract("事件/清单", table.to_reader(2), table.num_rows, ZONE, about(), heads or {})


def written(table: pa.Table, key: str, folder: Path, heads: dict[str, str] | None = None) -> Path:
    """Write with a format and return its first file."""
    path = folder / f"rows{FORMATS[key].suffix}"
    FORMATS[key].write(extract(table, heads), path, lambda _: None)
    return path


@pytest.fixture
def cases() -> pa.Table:
    """Three incidents: one with a point in the city, one without, one whose texts look like formulas."""
    return pa.table(
        {
            "incident_id": ["E1", "E2", "=E3"],
            "title": ["井盖, 缺失\n“北门”", None, "-2+3"],
            "severity": pa.array([1, 3, None], pa.int64()),
            "share": [0.25, None, float("nan")],
            "open": [True, False, None],
            "day": pa.array([date(2026, 1, 5), None, date(2026, 1, 6)]),
            "reported_at": pa.array([NOON, datetime(2026, 1, 4, 16, 0, 1), None], pa.timestamp("us")),
            "lon": [119.5, None, 119.75],
            "lat": [32.0, None, 32.25],
        }
    )


@pytest.fixture
def tracks() -> pa.Table:
    """Two workers, the second of whom has two stretches."""
    minutes = [datetime(2026, 1, 5, 4, m) for m in (0, 1, 2, 0, 1, 5, 6)]
    return pa.table(
        {
            "worker_id": ["w1"] * 3 + ["w2"] * 4,
            "seg": [0, 0, 0, 0, 0, 1, 1],
            "fixed_at": pa.array(minutes, pa.timestamp("us")),
            "lon": [119.5, 119.501, 119.502, 119.6, 119.601, 119.61, 119.611],
            "lat": [32.0, 32.0, 32.001, 32.1, 32.1, 32.11, 32.11],
        }
    )


def read_csv(path: Path) -> list[list[str]]:
    text = path.read_bytes().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@QUIET
@given(TEXTS)
def test_any_text_survives_a_csv_and_no_cell_begins_like_a_formula(tmp_path: Path, text: str) -> None:
    path = written(pa.table({"x": [text], "y": ["end"]}), "csv", tmp_path)
    ((_, _), (cell, end)) = read_csv(path)
    assert unsafe(cell) == text and end == "end"
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@QUIET
@given(TEXTS)
def test_any_text_survives_a_sheet_as_a_text(tmp_path: Path, text: str) -> None:
    path = written(pa.table({"x": [text], "y": ["end"]}), "xlsx", tmp_path)
    row = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=2))[0]
    assert unescape(row[0].value or "") == text
    assert all(cell.data_type == "s" or cell.value is None for cell in row)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_guarded_and_given_back(text: str) -> None:
    assert safe(text) == f"'{text}" and unsafe(safe(text)) == text
    assert safe(f"x{text}") == f"x{text}" and unsafe("'tis") == safe("'tis") == "'tis"


def test_a_csv_opens_in_a_spreadsheet_and_says_apart_where_it_is_from(cases: pa.Table, tmp_path: Path) -> None:
    path = written(cases, "csv", tmp_path, {"incident_id": "事件编号"})
    assert path.read_bytes().count(b"\r\n") == 4
    rows = read_csv(path)
    assert rows[0][:3] == ["事件编号", "title", "severity"]
    assert rows[1] == [
        "E1",
        "井盖, 缺失\n“北门”",
        "1",
        "0.25",
        "true",
        "2026-01-05",
        "2026-01-05 12:00:00",
        "119.5",
        "32.0",
    ]
    assert rows[3][:2] == ["'=E3", "'-2+3"] and rows[3][2:5] == ["", "", ""]
    told = json.loads(path.with_name("rows.csv-metadata.json").read_text(encoding="utf-8"))
    columns = {one["name"]: (one["titles"], one["datatype"]) for one in told["tableSchema"]["columns"]}
    assert told["url"] == "rows.csv" and told["gridlink:provenance"]["version"] == "run-7"
    assert columns["incident_id"] == ("事件编号", "string") and columns["reported_at"][1] == "datetime"


def test_a_download_of_csv_is_one_file_with_both(cases: pa.Table, tmp_path: Path) -> None:
    whole = write_one(extract(cases), FORMATS["csv"], tmp_path, lambda _: None)
    names = zipfile.ZipFile(whole).namelist()
    assert names == ["事件_清单_2026-01-05-1200.csv", "事件_清单_2026-01-05-1200.csv-metadata.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["事件_清单_2026-01-05-1200.zip"]


def test_a_sheet_has_types_and_no_formula(cases: pa.Table, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(cases, "xlsx", tmp_path, {"share": "占比"}))
    head, first, second, third = book.worksheets[0].iter_rows()
    assert [cell.value for cell in head][3] == "占比"
    assert [cell.value for cell in first] == [
        *("E1", "井盖, 缺失\n“北门”", 1, 0.25, True, datetime(2026, 1, 5), datetime(2026, 1, 5, 12), 119.5, 32.0)
    ]
    assert second[6].value == datetime(2026, 1, 5, 0, 0, 1), "a second after midnight in the city"
    assert (third[0].value, third[1].value, third[5].value) == ("=E3", "-2+3", datetime(2026, 1, 6))
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    told = dict(book.worksheets[1].iter_rows(values_only=True, max_col=2))
    assert told["account"] == "leader" and told["at"] == "2026-01-05T12:00:00+08:00" and told["占比"] == "share"


def test_what_a_sheet_cannot_hold_stands_on_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "SHEET_ROWS", 3)
    book = openpyxl.load_workbook(written(pa.table({"n": list(range(7))}), "xlsx", tmp_path))
    held = [[row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] for sheet in book.worksheets[:3]]
    assert held == [[0, 1, 2], [3, 4, 5], [6]] and len(book.worksheets) == 4
    assert [sheet["A1"].value for sheet in book.worksheets[:3]] == ["n"] * 3


def test_numbers_a_sheet_would_round_and_days_it_counts_wrong_are_texts(tmp_path: Path) -> None:
    table = pa.table({"id": [2**53 + 1], "born": pa.array([date(1899, 12, 31)]), "long": ["x" * 40_000]})
    row = list(openpyxl.load_workbook(written(table, "xlsx", tmp_path)).worksheets[0].values)[1]
    assert row[:2] == ("9007199254740993", "1899-12-31")
    assert len(row[2]) == 32_767 and row[2].endswith("…")


@pytest.mark.parametrize("key", ["geojson", "gpkg", "parquet"])
def test_a_map_file_opens_with_points_times_and_places(cases: pa.Table, tmp_path: Path, key: str) -> None:
    path = written(cases, key, tmp_path)
    rows = (
        geopandas.read_parquet(path)
        if key == "parquet"
        else geopandas.read_file(path, layer=None if key == "geojson" else "rows")
    )
    assert rows.crs.to_epsg() == 4326 or rows.crs.to_string() == "OGC:CRS84"
    assert list(rows["incident_id"]) == ["E1", "E2", "=E3"]
    assert rows.geometry[0].equals(shapely.Point(119.5, 32.0)) and rows.geometry[1] is None
    assert rows["reported_at"][0].tz_convert("UTC").tz_localize(None) == NOON


def test_geoparquet_says_what_is_in_it(cases: pa.Table, tmp_path: Path) -> None:
    told = pq.read_metadata(written(cases, "parquet", tmp_path)).metadata
    geo = json.loads(told[b"geo"])
    assert geo["version"] == "1.1.0" and geo["primary_column"] == "geometry"
    assert geo["columns"]["geometry"] == {
        "encoding": "WKB",
        "geometry_types": ["Point"],
        "bbox": [119.5, 32.0, 119.75, 32.25],
    }
    assert json.loads(told[b"gridlink"])["filters"] == {"area": "清河市"}


def test_rows_none_of_which_has_a_place_are_a_map_file_without_bounds(tmp_path: Path) -> None:
    nowhere = pa.array([None, None], pa.float64())
    path = written(pa.table({"id": ["a", "b"], "lon": nowhere, "lat": nowhere}), "parquet", tmp_path)
    assert geopandas.read_parquet(path).geometry.isna().all()


def test_rows_without_a_place_are_plain_parquet_and_no_map_file(tmp_path: Path) -> None:
    table = pa.table({"n": [1, 2]})
    assert b"geo" not in pq.read_metadata(written(table, "parquet", tmp_path)).metadata
    assert {one.key for one in FORMATS.values() if one.fits(table.schema)} == {"csv", "xlsx", "parquet", "duckdb"}


def test_outer_rings_run_against_the_clock(tmp_path: Path) -> None:
    ring = shapely.Polygon([(0, 0), (0, 1), (1, 1), (1, 0)])  # with the clock
    table = pa.table({"geometry": pa.array([ring.wkb], pa.binary())})
    (feature,) = json.loads(written(table, "geojson", tmp_path).read_text(encoding="utf-8"))["features"]
    assert shapely.LinearRing(feature["geometry"]["coordinates"][0]).is_ccw


def test_a_geopackage_lists_its_provenance(cases: pa.Table, tmp_path: Path) -> None:
    path = written(cases.append_column("fid", pa.array([7, 8, 9])), "gpkg", tmp_path)
    with sqlite3.connect(path) as file:
        told = dict(file.execute("SELECT fact, value FROM provenance").fetchall())
        listed = file.execute("SELECT table_name, data_type FROM gpkg_contents ORDER BY table_name").fetchall()
        theirs = [row[0] for row in file.execute("SELECT fid_ FROM rows ORDER BY fid")]
    assert told["query"] == "incidents_taken" and told["note"] == "示意数据" and theirs == [7, 8, 9]
    assert listed == [("provenance", "attributes"), ("rows", "features")]


def test_moving_features_are_read_by_others(tracks: pa.Table, tmp_path: Path) -> None:
    path = written(tracks, "mf-json", tmp_path)
    told = json.loads(path.read_text(encoding="utf-8"))
    assert [one["properties"] for one in told["features"]] == [
        {"id": "w1-0", "worker_id": "w1", "seg": 0},
        {"id": "w2-0", "worker_id": "w2", "seg": 0},
        {"id": "w2-1", "worker_id": "w2", "seg": 1},
    ]
    first = told["features"][0]["temporalGeometry"]
    assert first["type"] == "MovingPoint" and first["interpolation"] == "Linear"
    assert first["datetimes"][0] == "2026-01-05T04:00:00Z" and first["coordinates"][2] == [119.502, 32.001]
    read = movingpandas.read_mf_json(str(path), traj_id_property="id")
    lengths = {str(one.id): len(one.df) for one in read.trajectories}
    assert lengths == {"w1-0": 3, "w2-0": 2, "w2-1": 2}


def test_a_database_holds_rows_and_provenance(cases: pa.Table, tmp_path: Path) -> None:
    path = written(cases, "duckdb", tmp_path, {"title": "标题'"})
    with duckdb.connect(str(path), read_only=True) as file:
        rows = file.execute("SELECT incident_id, severity, reported_at, lon FROM rows").fetchall()
        told = dict(file.execute("SELECT fact, value FROM provenance").fetchall())
        comment = file.execute("SELECT comment FROM duckdb_columns() WHERE column_name = 'title'").fetchall()
    assert rows[0] == ("E1", 1, NOON, 119.5) and rows[2] == ("=E3", None, None, 119.75)
    assert told["version"] == "run-7" and comment == [("标题'",)]


@pytest.mark.parametrize("key", [one for one in FORMATS if one != "mf-json"])
def test_an_empty_table_is_a_file_too(cases: pa.Table, tmp_path: Path, key: str) -> None:
    assert written(cases.slice(0, 0), key, tmp_path).stat().st_size > 0


@pytest.mark.parametrize("key", FORMATS)
def test_progress_ends_with_every_row(tracks: pa.Table, tmp_path: Path, key: str) -> None:
    said: list[int] = []
    FORMATS[key].write(extract(tracks), tmp_path / f"rows{FORMATS[key].suffix}", said.append)
    assert said[-1] == tracks.num_rows and said == sorted(said)


def test_a_file_is_named_after_what_it_is_and_when(cases: pa.Table) -> None:
    assert file_name(extract(cases), ".xlsx") == "事件_清单_2026-01-05-1200.xlsx"


def test_an_unknown_format_names_those_there_are() -> None:
    from data.exports import format_of

    with pytest.raises(Problem, match="csv, xlsx, geojson"):
        format_of("docx")
