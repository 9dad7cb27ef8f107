"""The command as somebody types it: what it prints, and how it ends."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

ROOT = Path(__file__).parent.parent


def gridlink(*words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    import os

    environment = {**os.environ, "GRIDLINK_LANG": language, "PYTHONPATH": str(ROOT)}
    call = [sys.executable, "-m", "gridlink", *words]
    return subprocess.run(call, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)


def test_status_prints_rows_and_last_times_as_json(sample_home: Path) -> None:
    told = json.loads(gridlink("status", "--home", str(sample_home), "--json").stdout)
    rows = {row["feed"]: row for row in told["feeds"]}
    assert rows["fix"]["rows"] == 450
    assert datetime.fromisoformat(rows["fix"]["last_at"]) < datetime(2026, 1, 5, 4)
    assert told["fault"] is None


def test_rejects_say_which_line_and_why(sample_home: Path) -> None:
    told = json.loads(gridlink("rejects", "--home", str(sample_home), "--feed", "incident_step", "--json").stdout)
    assert {(row["reason"], Path(row["path"]).name) for row in told} == {
        ("unknown_incident", "incident_steps.csv"),
        ("unknown_state", "incident_steps.csv"),
    }
    lines = (ROOT / "data" / "samples" / "incident_steps.csv").read_text(encoding="utf-8").splitlines()
    for row in told:
        assert lines[row["row"] - 1].startswith(row["content"].split('"')[3])


def test_load_prints_what_the_design_promises(sample_home: Path, tmp_path: Path) -> None:
    from tests.conftest import SAMPLES, copy_home

    home = copy_home(SAMPLES, tmp_path / "home")
    ended = gridlink("load", str(SAMPLES / "areas.geojson"), "--home", str(home), "--json")
    told = json.loads(ended.stdout)
    assert ended.returncode == 0
    assert told["version"] == told["run_id"]
    expected = {"rows_in": 12, "rows_loaded": 12, "rows_rejected": 0, "rows_duplicate": 0, "reasons": {}}
    assert expected.items() <= told["files"][0].items()


def test_a_load_of_nothing_readable_fails_and_changes_nothing(sample_home: Path) -> None:
    before = (sample_home / "warehouse" / "CURRENT").read_text()
    ended = gridlink("load", "nowhere.csv", "--home", str(sample_home))
    assert ended.returncode == 1
    assert "nowhere.csv is not a file" in ended.stderr
    assert (sample_home / "warehouse" / "CURRENT").read_text() == before


def test_an_unknown_key_is_named_with_the_nearest_known_one(tmp_path: Path) -> None:
    (tmp_path / "gridlink.toml").write_text('[city]\nnmae = "x"\n')
    ended = gridlink("status", "--home", str(tmp_path))
    assert ended.returncode == 2
    assert "city.nmae" in ended.stderr and "city.name" in ended.stderr


def test_refusals_speak_the_language_of_the_terminal(tmp_path: Path) -> None:
    assert "请先运行" in gridlink("status", "--home", str(tmp_path), language="zh-CN").stderr
    assert "run gridlink init" in gridlink("status", "--home", str(tmp_path), language="en").stderr


def test_init_makes_a_home_that_loads_its_own_templates(tmp_path: Path) -> None:
    home = tmp_path / "home"
    answers = ["--name", "测试市", "--lon", "119.5", "--lat", "32.0", "--crs", "EPSG:4549"]
    assert gridlink("init", str(home), *answers, "--levels", "市,街镇,村居,网格").returncode == 0
    assert gridlink("template", "workers", "--home", str(home)).returncode == 0
    book = openpyxl.load_workbook(home / "workers.xlsx")
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[2]]
    assert headings[:2] == ["编号*", "姓名"]
    sheet.append(["w1", "张三", "网格员", None, None])
    book.save(home / "workers.xlsx")
    from tests.conftest import SAMPLES

    areas = SAMPLES / "mappings" / "areas.toml"
    load = ["load", str(SAMPLES / "areas.geojson"), "--mapping", str(areas), "--home", str(home)]
    assert gridlink(*load).returncode == 0
    told = json.loads(gridlink("load", str(home / "workers.xlsx"), "--home", str(home), "--json").stdout)
    assert told["files"][0]["rows_loaded"] == 1, told


def test_a_second_init_touches_nothing(sample_home: Path) -> None:
    before = (sample_home / "gridlink.toml").read_bytes()
    assert gridlink("init", str(sample_home), "--name", "x").returncode == 2
    assert (sample_home / "gridlink.toml").read_bytes() == before


def test_a_metric_is_printed_with_its_n(sample_home: Path) -> None:
    period = ["--from", "2026-01-05", "--to", "2026-01-05"]
    ended = gridlink("metric", "reported", *period, "--level", "street", "--home", str(sample_home), "--json")
    told = json.loads(ended.stdout)
    assert {"area_id", "name", "part", "whole", "value", "n"} == set(told[0])
    assert sum(row["part"] for row in told) > 0


@pytest.mark.parametrize("word", ["metrc", "in_grd"])
def test_an_unknown_metric_is_answered_with_the_nearest(sample_home: Path, word: str) -> None:
    ended = gridlink("metric", word, "--from", "2026-01-05", "--to", "2026-01-05", "--home", str(sample_home))
    assert ended.returncode == 1
    assert word in ended.stderr and "nearest" in ended.stderr
