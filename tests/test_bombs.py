"""Small files that would grow without measure are refused before they are parsed, in words and in little memory."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import geopandas
import pytest
import shapely

from data.errors import FileRefused
from etl import bounds
from etl.mapping import Mapping
from etl.sources import source_for
from tests.bombs import BOMBS, collection, far_cells, long_line, sheet

ROOT = Path(__file__).parent.parent
MOST_MB = 50
MAPPING = Mapping(Path("m.toml"), "*", "area", crs="EPSG:4326", time_zone="UTC")


@pytest.fixture(scope="module")
def swallowed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str, float]]:
    """What became of every bomb in one process: reason, reason of the proposal, MB."""
    folder = tmp_path_factory.mktemp("bombs")
    paths = {folder / f"{name.replace(' ', '_')}{suffix}": make for name, (suffix, make) in BOMBS.items()}
    for path, make in paths.items():
        path.write_bytes(make())
    paths[long_line(folder / "long_line.csv")] = bytes
    command = [sys.executable, "-m", "tests.swallow", *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": "."}, capture_output=True, check=True)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    return {Path(name).name.partition(".")[0].replace("_", " "): (read, tried, mb) for name, read, tried, mb, _ in said}


@pytest.mark.parametrize("name", [*BOMBS, "long line"])
def test_a_bomb_is_refused_in_words_and_in_little_memory(
    swallowed: dict[str, tuple[str, str, float]], name: str
) -> None:
    read, proposed, megabytes = swallowed[name]
    assert read and proposed, "something was read"
    assert megabytes < MOST_MB


def refused(path: Path, reason: str, content: bytes | str = b"") -> None:
    if content:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(FileRefused) as caught:
        source_for(path, MAPPING).read(path, MAPPING)
    assert caught.value.reason == reason
    assert path.name in caught.value.sentence("zh-CN") and path.name in caught.value.sentence("en")


def test_a_cell_far_away_widens_no_row_and_a_row_far_down_ends_the_sheet(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    path.write_bytes(far_cells())
    assert source_for(path, MAPPING).read(path, MAPPING).column_names[0] == "id"
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>'
    path.write_bytes(sheet(f'{head}<row r="2"><c r="A2"><v>7</v></c></row><row r="2000000000"><c><v>1</v></c></row>'))
    assert source_for(path, MAPPING).read(path, MAPPING)["id"].to_pylist() == ["7"]


def test_empty_cells_of_a_heading_name_no_column(tmp_path: Path) -> None:
    path = tmp_path / "gaps.xlsx"
    cells = "".join(f'<c r="{at}" t="inlineStr"><is><t>{name}</t></is></c>' for at, name in (("A1", "a"), ("D1", "b")))
    path.write_bytes(sheet(f'<row r="1">{cells}</row><row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row>'))
    table = source_for(path, MAPPING).read(path, MAPPING)
    assert [name for name in table.column_names if not name.startswith("_")] == ["a", "b"]


def test_a_geopackage_works_no_rows_out_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    geopandas.GeoDataFrame({"id": [1]}, geometry=[shapely.Point(1, 1)], crs="EPSG:4326").to_file(path, layer="rows")
    assert source_for(path, MAPPING).read(path, MAPPING).num_rows == 1
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"
    with sqlite3.connect(path) as file:
        file.execute(f"CREATE VIEW more AS {endless}")
    refused(path, "unreadable")
    with sqlite3.connect(path) as file:
        file.execute("DROP VIEW more")
        file.execute("CREATE TABLE more (a, b GENERATED ALWAYS AS (zeroblob(900000000)))")
    refused(path, "unreadable")


def test_brackets_inside_texts_are_no_depth(tmp_path: Path) -> None:
    text = "[{" * 40 + '\\\\\\"' + "]" * 40
    point = '{"type":"Point","coordinates":[1,1]}'
    said = collection(point).replace(b'"properties":{}', f'"properties":{{"说明":"{text}"}}'.encode())
    path = tmp_path / "a.geojson"
    for encoding in ("utf-8", "gb18030"):
        path.write_bytes(said.decode().encode(encoding))
        mapping = Mapping(Path("m.toml"), "*", "area", crs="EPSG:4326", time_zone="UTC", encoding=encoding)
        assert source_for(path, mapping).read(path, mapping)["说明"].to_pylist() == [json.loads(f'"{text}"')]


def test_depth_is_counted_across_blocks_and_escapes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bounds, "BLOCK", 3)
    fine = json.dumps([{"a": '\\"[[[[' * 20, "b": [["\\"]]}]).encode()
    deep = json.dumps([{"a": '\\"'}, eval("[" * 40 + "]" * 40)]).encode()  # noqa: S307 - our own brackets
    path = tmp_path / "a.json"
    path.write_bytes(fine)
    assert source_for(path, MAPPING).read(path, MAPPING).num_rows == 1
    refused(path, "nested_too_deep", deep)


def test_more_points_than_are_read_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bounds, "MOST_LISTS", 10)
    ring = json.dumps({"type": "LineString", "coordinates": [[n, 1] for n in range(10)]})
    refused(tmp_path / "a.geojson", "too_many_points", collection(ring))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "1e308"])
def test_no_coordinate_that_is_no_number_becomes_a_place(tmp_path: Path, number: str) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(collection(f'{{"type":"Point","coordinates":[{number},1]}}'))
    from etl.geometry import is_wild, read_shapes

    try:
        shapes = read_shapes(source_for(path, MAPPING).read(path, MAPPING)["geometry"].to_pylist())
    except FileRefused as fault:
        assert fault.reason == "not_degrees"
    else:
        assert shapes[0] is None or is_wild(shapes)[0]
