"""Files of every format, clean and dirty: each row arrives or says why not, each refusal is a sentence."""

import csv
import gzip
import io
import json
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from data.errors import ConfigError, FileRefused, Problem
from etl.mapping import Mapping
from etl.sources import SOURCES, source_for

PLAIN = Mapping(Path("m.toml"), "*", "area", crs="EPSG:4326", time_zone="Asia/Shanghai")
SQUARE = [[119.0, 32.0], [119.01, 32.0], [119.01, 32.01], [119.0, 32.01], [119.0, 32.0]]


def read(path: Path, **changes: Any) -> pa.Table:
    mapping = replace(PLAIN, **changes)
    return source_for(path, mapping).read(path, mapping)


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refused(path: Path, reason: str, **changes: Any) -> str:
    """Read a file that must be refused; return the English sentence, after looking that both name the file."""
    with pytest.raises(Problem) as caught:
        read(path, **changes)
    assert caught.value.reason == reason
    for language in ("zh-CN", "en"):
        assert path.name in caught.value.sentence(language)
    return caught.value.sentence("en")


def collection(*features: Any, **members: Any) -> str:
    return json.dumps({"type": "FeatureCollection", **members, "features": list(features)})


def feature(ring: Any = SQUARE, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


# --- any file ------------------------------------------------------------------------------------------------


def test_a_folder_or_a_missing_file_is_not_a_file(tmp_path: Path) -> None:
    refused(tmp_path, "not_a_file")
    refused(tmp_path / "gone.csv", "not_a_file")


@pytest.mark.parametrize("suffix", [x for source in SOURCES.values() for x in source.suffixes])
def test_an_empty_file_is_refused_in_every_format(tmp_path: Path, suffix: str) -> None:
    refused(written(tmp_path / f"a{suffix}", ""), "empty_file")


@pytest.mark.parametrize("suffix", [".parquet", ".xlsx", ".gpx", ".geojson", ".gpkg", ".zip", ".csv.gz"])
def test_garbage_is_refused_in_every_format(tmp_path: Path, suffix: str) -> None:
    path = written(tmp_path / f"a{suffix}", b"\x00garbage \xe4\xbd\xa0" * 40)
    with pytest.raises(FileRefused) as caught:
        read(path)
    assert path.name in caught.value.sentence("zh-CN") and "Traceback" not in caught.value.sentence("en")


def test_an_unknown_suffix_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    assert ".geojson" in refused(written(tmp_path / "a.pdf", "%PDF"), "unknown_format")


def test_a_mapping_may_name_the_format_of_a_file_with_an_odd_name(tmp_path: Path) -> None:
    path = written(tmp_path / "export.dat", "a,b\n1,2\n")
    assert read(path, format="csv")["b"].to_pylist() == ["2"]
    with pytest.raises(ConfigError) as caught:
        read(path, format="dbase")
    assert "dbase" in caught.value.sentence("en")


# --- text tables ---------------------------------------------------------------------------------------------


def test_byte_order_marks_and_every_kind_of_line_end_are_read_alike(tmp_path: Path) -> None:
    for number, end in enumerate(("\n", "\r\n", "\r")):
        path = written(tmp_path / f"{number}.csv", "\ufeffid,name\n1,甲\n2,乙\n".replace("\n", end))
        table = read(path)
        assert table["id"].to_pylist() == ["1", "2"] and table["name"].to_pylist() == ["甲", "乙"]
        assert table["_row"].to_pylist() == [2, 3]


def test_gbk_is_read_when_the_mapping_says_so_and_refused_with_the_line_when_not(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "编号,名称\n1,华阳街道\n".encode("gb18030"))
    assert read(path, encoding="gb18030")["名称"].to_pylist() == ["华阳街道"]
    assert "gb18030" in refused(path, "bad_encoding")


def test_an_encoding_nobody_knows_is_a_fault_of_the_mapping(tmp_path: Path) -> None:
    assert "source.encoding" in refused(written(tmp_path / "a.csv", "a\n1\n"), "wrong_type", encoding="utf-9")


def test_title_rows_and_other_delimiters_are_stated_in_the_mapping(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "月报\n制表：某\n\nid;n\nx;1\n")
    table = read(path, skip_rows=2, delimiter=";")
    assert table["id"].to_pylist() == ["x"] and table["_row"].to_pylist() == [5]


def test_gzip_is_opened_and_a_cut_one_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b"id\n" + b"7\n" * 5000)
    assert read(written(tmp_path / "a.csv.gz", packed)).num_rows == 5000
    refused(written(tmp_path / "b.csv.gz", packed[: len(packed) // 2]), "unreadable")


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    refused(written(tmp_path / "a.csv.gz", gzip.compress(b"0" * (64 << 20))), "zip_refused")


def test_a_row_with_too_many_or_too_few_fields_is_one_unreadable_row(tmp_path: Path) -> None:
    table = read(written(tmp_path / "a.csv", "a,b,c\n1,2,3\n4,5\n\n6,7,8,9\n10,11,12\n"))
    assert table["_row"].to_pylist() == [2, 3, 5, 6]
    assert table["_problem"].to_pylist() == [None, "bad_row", "bad_row", None]
    assert table["_detail"].to_pylist() == [None, "2 / 3", "4 / 3", None]
    assert table["_text"].to_pylist()[2] == "6,7,8,9"
    assert table["a"].to_pylist() == ["1", None, None, "10"]


def test_lines_inside_quotes_count_as_an_editor_counts_them(tmp_path: Path) -> None:
    table = read(written(tmp_path / "a.csv", 'a,b\n1,"x\ny\nz"\n2,"say ""hi"""\n'))
    assert table["_row"].to_pylist() == [2, 5]
    assert table["b"].to_pylist() == ["x\ny\nz", 'say "hi"']


@pytest.mark.parametrize("stray", ['2,5" pipe', '2,"never closed', '2,"a"b"'])
def test_a_stray_quote_costs_no_other_row(tmp_path: Path, stray: str) -> None:
    table = read(written(tmp_path / "a.csv", f'a,b\n1,x\n{stray}\n3,y\n4,"z, z"\n{stray}\n5,w\n'))
    assert table["_row"].to_pylist() == [2, 3, 4, 5, 6, 7]
    rows = dict(zip(table["a"].to_pylist(), table["b"].to_pylist(), strict=True))
    assert {"1": "x", "3": "y", "4": "z, z", "5": "w"}.items() <= rows.items()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.lists(st.text("ab,\"\n 网;'", max_size=5), min_size=3, max_size=3), max_size=8))
def test_whatever_a_csv_writer_writes_comes_back(tmp_path: Path, rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([["a", "b", "c"], *rows])
    table = read(written(tmp_path / "a.csv", text.getvalue()))
    assert table.select(["a", "b", "c"]).to_pylist() == [dict(zip("abc", row, strict=True)) for row in rows]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines=st.lists(st.text('ab,"', max_size=6), max_size=12))
def test_no_text_makes_the_reader_fail_or_lose_a_line(tmp_path: Path, lines: list[str]) -> None:
    table = read(written(tmp_path / "a.csv", "\n".join(["a,b", *lines])))
    numbers = table["_row"].to_pylist()
    assert numbers == sorted(set(numbers))
    alone = {at for at, line in enumerate(lines, 2) if line and '"' not in line}
    inside = sum((x or "").count("\n") for name in ("a", "b", "_text") for x in table[name].to_pylist())
    assert len(alone - set(numbers)) <= inside


# --- GeoJSON -------------------------------------------------------------------------------------------------


def test_properties_are_columns_and_features_are_numbered(tmp_path: Path) -> None:
    path = written(tmp_path / "a.geojson", collection(feature(id=7, n="甲"), feature(id=8.0, more=[1, 2])))
    table = read(path)
    assert table["id"].to_pylist() == ["7", "8"] and table["n"].to_pylist() == ["甲", None]
    assert table["more"].to_pylist() == [None, "[1, 2]"] and table["_row"].to_pylist() == [1, 2]


@pytest.mark.parametrize("text", ["[]", '{"type": "Feature"}', '{"type": "FeatureCollection"}', "{"])
def test_what_is_no_feature_collection_is_refused(tmp_path: Path, text: str) -> None:
    assert "JSON" in refused(written(tmp_path / "a.geojson", text), "unreadable")


def test_feet_without_a_stated_system_are_not_degrees(tmp_path: Path) -> None:
    ring = [[787723.7, 2965812.6], [787745.7, 2965820.5], [787852.2, 2965597.1], [787723.7, 2965812.6]]
    path = written(tmp_path / "a.geojson", collection(feature(ring)))
    assert "787723.7" in refused(path, "not_degrees")
    assert read(path, crs="EPSG:2249").num_rows == 1


def test_a_stated_system_that_contradicts_the_mapping_is_refused(tmp_path: Path) -> None:
    def stated(name: str) -> Path:
        crs = {"type": "name", "properties": {"name": name}}
        return written(tmp_path / "a.geojson", collection(feature(), crs=crs))

    assert "EPSG:4326" in refused(stated("urn:ogc:def:crs:EPSG::2249"), "crs_conflict")
    refused(stated("urn:nobody:knows"), "unknown_crs")
    for crs in ("EPSG:4326", "EPSG:4490", "GCJ-02"):
        assert read(stated("urn:ogc:def:crs:OGC:1.3:CRS84"), crs=crs).num_rows == 1


def test_an_open_ring_is_closed_and_a_broken_shape_is_one_unreadable_row(tmp_path: Path) -> None:
    broken = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [[["x", 1]]]}}
    path = written(tmp_path / "a.geojson", collection(feature(SQUARE[:-1]), broken, feature(SQUARE[:2]), None))
    table = read(path)
    assert table["_row"].to_pylist() == [1, 2, 3, 4]
    assert table["_problem"].to_pylist() == [None, "bad_geometry", "unclosed", None]
    assert [x is None for x in table["geometry"].to_pylist()] == [False, True, True, True]


# --- Parquet, GeoParquet, GeoPackage, Shapefile --------------------------------------------------------------


def test_parquet_keeps_its_types_and_a_cut_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": ["a", "b"], "lon": [1.5, None], "at": [datetime(2026, 1, 5), None]}), path)
    assert read(path).schema.field("lon").type == pa.float64() and read(path)["_row"].to_pylist() == [1, 2]
    refused(written(tmp_path / "cut.parquet", path.read_bytes()[:-200]), "unreadable")
    pq.write_table(pa.table({"lon": pa.array(["1"])}), path)
    refused(written(tmp_path / "name.parquet", path.read_bytes().replace(b"lon", b"l\x9fn")), "unreadable")


@pytest.fixture
def two_squares() -> gpd.GeoDataFrame:
    shapes = [box(119, 32, 119.01, 32.01), box(119.01, 32, 119.02, 32.01)]
    return gpd.GeoDataFrame({"id": [1, 2], "name": ["华阳街道", "崇明街道"]}, geometry=shapes, crs="EPSG:4326")


def test_geoparquet_and_geopackage_give_names_and_shapes(tmp_path: Path, two_squares: gpd.GeoDataFrame) -> None:
    two_squares.rename_geometry("shape").to_parquet(tmp_path / "a.parquet")
    two_squares.to_file(tmp_path / "a.gpkg", layer="grids")
    for path in (tmp_path / "a.parquet", tmp_path / "a.gpkg"):
        table = read(path)
        assert table["name"].to_pylist() == ["华阳街道", "崇明街道"]
        assert all(isinstance(x, bytes) for x in table["geometry"].to_pylist())
        refused(path, "crs_conflict", crs="EPSG:4549")


def test_a_geopackage_of_several_layers_needs_the_layer_named(tmp_path: Path, two_squares: gpd.GeoDataFrame) -> None:
    path = tmp_path / "a.gpkg"
    two_squares.to_file(path, layer="grids")
    two_squares.iloc[:1].to_file(path, layer="streets")
    assert "grids, streets" in refused(path, "wrong_columns")
    assert read(path, layer="streets").num_rows == 1


@pytest.mark.parametrize("with_page", [True, False])
def test_a_shapefile_in_gbk_is_readable_with_and_without_its_code_page(
    tmp_path: Path, two_squares: gpd.GeoDataFrame, with_page: bool
) -> None:
    folder = tmp_path / "shape"
    folder.mkdir()
    two_squares.to_file(folder / "grids.shp", encoding="GBK")
    with zipfile.ZipFile(tmp_path / "grids.zip", "w") as archive:
        for part in sorted(folder.iterdir()):
            if with_page or part.suffix != ".cpg":
                archive.write(part, part.name)
    table = read(tmp_path / "grids.zip", encoding="utf-8" if with_page else "gbk")
    assert table["name"].to_pylist() == ["华阳街道", "崇明街道"]


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return path


def test_unsafe_and_incomplete_archives_are_refused(tmp_path: Path) -> None:
    assert "bytes" in refused(zipped(tmp_path / "bomb.zip", a_shp=b"0" * (64 << 20)), "zip_refused")
    assert ".dbf" in refused(zipped(tmp_path / "part.zip", a_shp=b"0"), "zip_refused")
    assert "path" in refused(zipped(tmp_path / "up.zip", **{"../a_shp": b"0"}), "zip_refused")
    bomb = zipped(tmp_path / "bomb.xlsx", xl_sheet=b"0" * (64 << 20))
    refused(bomb, "zip_refused")


# --- XLSX ----------------------------------------------------------------------------------------------------


def test_a_sheet_with_title_rows_gives_text_and_iso_dates(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["句容市网格员排班表"],
        ["制表日期", datetime(2026, 1, 4)],
        ["编号", "上班", None, "数"],
        ["W1", datetime(2026, 1, 5, 8, 30), "note", 12.0],
        [None, None, None, None],
        ["W2", datetime(2026, 1, 5, 9), None, 0.5],
    ):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    table = read(tmp_path / "a.xlsx", skip_rows=2)
    assert table["编号"].to_pylist() == ["W1", "W2"] and table["数"].to_pylist() == ["12", "0.5"]
    assert table["上班"].to_pylist() == ["2026-01-05 08:30:00", "2026-01-05 09:00:00"]
    assert table["_row"].to_pylist() == [4, 6]
    assert "Sheet" in refused(tmp_path / "a.xlsx", "wrong_columns", sheet="排班")


# --- GPX and PLT ---------------------------------------------------------------------------------------------

GPX = """<?xml version="1.0"?>{doctype}<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">
<trk><name>w1</name><trkseg><trkpt lat="31.9" lon="119.1"><time>2026-01-05T00:00:10Z</time></trkpt>
<trkpt lat="31.91" lon="119.1"/></trkseg></trk></gpx>"""


def test_gpx_points_keep_their_order_and_say_utc(tmp_path: Path) -> None:
    table = read(written(tmp_path / "a.gpx", GPX.format(doctype="")))
    assert table["lat"].to_pylist() == [31.9, 31.91] and table["track"].to_pylist() == ["w1", "w1"]
    assert table["time"].to_pylist() == ["2026-01-05T00:00:10+00:00", None]


def test_entities_in_gpx_are_refused_before_they_grow(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE gpx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    assert "XML" in refused(written(tmp_path / "a.gpx", GPX.format(doctype=bomb)), "unreadable")
    refused(written(tmp_path / "b.gpx", GPX.format(doctype="")[:-40]), "unreadable")


def test_six_lines_of_heading_stand_before_a_plt_track(tmp_path: Path) -> None:
    heading = "Geolife trajectory\r\nWGS 84\r\nAltitude is in Feet\r\nReserved 3\r\n0,2,255\r\n0\r\n"
    path = written(tmp_path / "a.plt", heading + "39.9,116.3,0,492,39744.12,2008-10-23,02:53:04\r\n")
    table = read(path)
    assert table["_row"].to_pylist() == [7] and table["lat"].to_pylist() == ["39.9"]
    assert table["date"].to_pylist() == ["2008-10-23"]
    refused(written(tmp_path / "b.plt", heading), "empty_file")


# --- cut anywhere --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".geojson", ".parquet", ".gpkg", ".xlsx", ".gpx", ".csv.gz"])
def test_a_file_cut_anywhere_is_read_or_refused_but_never_breaks_the_load(
    tmp_path: Path, two_squares: gpd.GeoDataFrame, suffix: str
) -> None:
    whole = tmp_path / f"whole{suffix}"
    if suffix == ".geojson":
        written(whole, collection(feature(id=1), feature(id=2)))
    elif suffix == ".parquet":
        two_squares.to_parquet(whole)
    elif suffix == ".gpkg":
        two_squares.to_file(whole)
    elif suffix == ".xlsx":
        book = openpyxl.Workbook()
        book.active.append(["id"])
        book.save(whole)
    elif suffix == ".gpx":
        written(whole, GPX.format(doctype=""))
    else:
        written(whole, gzip.compress(b"id\n1\n"))
    data = whole.read_bytes()
    for share in np.linspace(0.02, 0.98, 12):
        path = written(tmp_path / f"cut{suffix}", data[: int(len(data) * share)])
        try:
            assert isinstance(read(path), pa.Table)
        except FileRefused as fault:
            assert path.name in fault.sentence("en")


def test_a_polygon_is_a_polygon_on_the_way(tmp_path: Path) -> None:
    table = read(written(tmp_path / "a.geojson", collection(feature())))
    assert table["geometry"].to_pylist() == [Polygon(SQUARE).wkb]
