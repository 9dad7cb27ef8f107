"""Whatever happens to a load on its way, the warehouse is as before it or as after it, and says so."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest

from data.config import Config, load_config, make_config
from data.errors import WarehouseError
from data.lake import Folders, read_current
from data.schema import arrow_schema
from data.warehouse import Warehouse
from etl.content import content_hash
from etl.load import load
from etl.publish import publishing
from etl.verify import verify
from tests.conftest import ROOT, SAMPLE_NOW, SAMPLES, copy_home
from tests.harm import CLEAN, killed, load_killing, pieces

PEOPLE = ("areas.geojson", "area_attributes.csv", "units.csv", "workers.csv", "roster.csv")
REFERENCE = [SAMPLES / name for name in PEOPLE]
FIXES = "fixes_2026-01-05.csv"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with areas, people and duty, and no facts yet."""
    home = copy_home(SAMPLES, tmp_path / "home")
    load(REFERENCE, load_config(home), now=SAMPLE_NOW)
    return home


def begin_and_hang(config: Config, done: Path) -> None:
    """Write parts as a load does, and never come to an end."""
    with publishing(config) as draft:
        draft.append("unit", units("late"))
        draft.append("gap", arrow_schema("gap").empty_table(), "2026-01-05")
        done.touch()
        CLEAN.Event().wait()


def publish_unit(config: Config, name: str) -> None:
    with publishing(config) as draft:
        draft.append("unit", units(name))


def units(*names: str) -> pa.Table:
    return pa.Table.from_pylist([{"unit_id": n, "name": n} for n in names], arrow_schema("unit"))


def listed(config: Config) -> list[str]:
    names: list[str] = Warehouse(config).fetch("SELECT unit_id FROM unit ORDER BY 1", {})["unit_id"].to_pylist()
    return names


def test_a_load_killed_at_any_moment_loses_nothing_and_doubles_nothing(home: Path, tmp_path: Path) -> None:
    whole = copy_home(SAMPLES, tmp_path / "whole")
    load([*REFERENCE, SAMPLES / FIXES], load_config(whole), now=SAMPLE_NOW)
    hit, sound = load_killing(home, pieces(tmp_path, FIXES, 4), Random(1))
    assert hit == sound > 0
    assert content_hash(load_config(home)) == content_hash(load_config(whole))
    assert verify(load_config(home), every=True).orphans == 0


def test_what_a_killed_run_left_is_gone_after_the_next(tmp_path: Path) -> None:
    config, done = make_config(tmp_path / "home", {}), tmp_path / "begun"
    publish_unit(config, "first")
    process = CLEAN.Process(target=begin_and_hang, args=(config, done))
    process.start()
    while not done.exists():
        process.join(0.01)
    process.kill()
    process.join()
    assert verify(config, every=True).orphans == 2
    publish_unit(config, "second")
    report = verify(config, every=True)
    assert (report.orphans, report.findings) == (0, [])
    assert listed(config) == ["first", "second"]


def test_of_two_publishers_one_waits_and_both_land(tmp_path: Path) -> None:
    config = make_config(tmp_path / "home", {})
    names = [f"unit {number}" for number in range(4)]
    others = [CLEAN.Process(target=publish_unit, args=(config, name)) for name in names]
    for process in others:
        process.start()
    for process in others:
        process.join()
    assert listed(config) == names
    assert verify(config, every=True).findings == []


def test_a_version_published_by_a_run_that_was_killed_right_after_stays(tmp_path: Path) -> None:
    config = make_config(tmp_path, {})
    publish_unit(config, "first")
    folders = Folders(tmp_path / "warehouse")
    folders.begun(read_current(folders) or "").touch()  # killed between CURRENT and taking its mark away
    publish_unit(config, "second")
    assert listed(config) == ["first", "second"]
    assert verify(config, every=True).findings == []


def test_a_killed_process_gives_the_lock_free(tmp_path: Path) -> None:
    config, done = make_config(tmp_path / "home", {}), tmp_path / "begun"
    assert killed(begin_and_hang, config, done, after=1.0)
    publish_unit(config, "next")
    assert listed(config) == ["next"]


def test_a_full_disk_leaves_the_version_before_no_half_file_and_one_sentence(tmp_path: Path) -> None:
    """On a file system of 6 MB, mounted where only the child sees it; where nobody may mount, the next test stands."""
    mount = 'mount -t tmpfs -o size=6m tmpfs "$0" && echo mounted && exec "$1" -m tests.fill_disk "$0"'
    command = ["unshare", "--mount", "--map-root-user", "sh", "-c", mount, str(tmp_path), sys.executable]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if "mounted" not in done.stdout:
        print("nobody may mount here:", done.stderr, file=sys.stderr)
        return
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert [reason for reason, _ in told["said"]] == ["disk_full"] * 3, told
    assert "nothing changed" in told["said"][0][1]
    assert (told["rows"], told["findings"], told["orphans"]) == (11, 0, 0)
    assert len(told["left"]) == 3  # part, serve file and manifest of the last publish


@pytest.mark.parametrize("place", ["etl.parts.settle", "etl.serve_file.settle", "etl.publish.replace_text"])
def test_a_disk_that_fills_at_any_step_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    config = make_config(tmp_path, {})
    publish_unit(config, "first")
    before = {path for path in tmp_path.rglob("*") if path.is_file()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(place, full)
        with pytest.raises(WarehouseError) as fault:
            publish_unit(config, "second")
    assert fault.value.reason == "disk_full" and fault.value.status == 1
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == before
    assert listed(config) == ["first"]
