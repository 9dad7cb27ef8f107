"""The same city with its operations on PostgreSQL: loaded, delivered, decided on and published again."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

from data.config import load_config
from data.loop.command import Command, Report
from data.query import Door
from data.scope import Scope
from etl.load import load
from tests.conftest import ROOT, SAMPLE_NOW, SAMPLES, copy_home
from tests.copies import fresh
from tests.databases import database
from tests.desks import AREA, BEGIN, CALLERS, SHARED, WORKERS, shared

OPERATOR = Scope("wang", frozenset({"operator"}), "QH")


def test_board_positions_and_publishing_work_without_a_file_in_the_home(tmp_path: Path) -> None:
    with database("postgresql") as url:
        home = copy_home(SAMPLES, tmp_path / "home")
        settings = home / "gridlink.toml"
        settings.write_text(settings.read_text(encoding="utf-8") + f'\n[operations]\nurl = "{url}"\n', encoding="utf-8")
        config = load_config(home)
        load([SAMPLES], config, now=SAMPLE_NOW)
        door = Door(config)
        delivered = door.query("board", OPERATOR, since=SAMPLE_NOW).num_rows
        assert delivered and door.query("positions", OPERATOR).num_rows
        row = door.desk.report("r", OPERATOR, Report("FAC", 3, "QH0101001", title="井盖", discovered_level="grid"))
        door.desk.act(Command("a", OPERATOR, row["incident_id"], "self_resolve", row["version"], reason="已处理"))
        load([], config, now=SAMPLE_NOW + timedelta(days=1))
        found = door.warehouse.fetch("SELECT state FROM incident WHERE incident_id = $id", {"id": row["incident_id"]})
        assert found["state"].to_pylist() == ["S91"]
        assert door.query("board", OPERATOR, since=SAMPLE_NOW).num_rows == delivered + 1
        assert not (home / "operations.db").exists()
        door.operations.engine.dispose()


def test_two_dashboards_and_a_receiver_at_once_lose_nothing_and_decide_everything_once(
    sample_home: Path, tmp_path: Path
) -> None:
    home, times = fresh(sample_home, tmp_path / "home"), 10
    with database("postgresql") as url:
        with (home / "gridlink.toml").open("a", encoding="utf-8") as settings:
            settings.write(f'\n[operations]\nurl = "{url}"\n')
        door = Door(load_config(home))
        for number in range(SHARED):
            said = Report("FAC", 3, AREA, title="x", discovered_level="grid", incident_id=shared(number))
            door.desk.report(f"s{number}", OPERATOR, said)
        wang, li, receiver = at_once(home, times)
        assert receiver["positions"] == times * len(WORKERS)
        cases = [*wang["cases"], *li["cases"]]
        assert len(set(cases)) == 2 * times  # no number twice
        assert sorted([*wang["first"], *li["first"]]) == sorted(map(shared, range(SHARED)))
        assert len({*wang["alarms"], *li["alarms"]}) == len([*wang["alarms"], *li["alarms"]]) == CALLERS
        assert wang["second"] + li["second"] == SHARED + CALLERS
        held = door.operations.fetch("SELECT incident_id, state, version FROM incident", {}).to_pylist()
        assert {row["incident_id"] for row in held} == {*cases, *map(shared, range(SHARED))}
        assert {(row["state"], row["version"]) for row in held} == {("S91", 2)}
        newest = door.operations.fetch("SELECT fixed_at FROM position", {})["fixed_at"].to_pylist()
        assert newest == [BEGIN + timedelta(minutes=times - 1)] * len(WORKERS)
        alarms = door.operations.fetch("SELECT acked_by FROM alarm", {})["acked_by"].to_pylist()
        assert sorted(alarms) == ["li"] * len(li["alarms"]) + ["wang"] * len(wang["alarms"])
        door.operations.engine.dispose()


def at_once(home: Path, times: int) -> list[dict[str, Any]]:
    """Run two dashboards and a receiver as processes of their own; returns what each was told."""
    command = [sys.executable, "-m", "tests.desks", str(home)]
    roles = [Popen([*command, role, str(times)], stdout=PIPE, cwd=ROOT) for role in ("wang", "li", "receiver")]
    told = [role.communicate()[0] for role in roles]
    assert [role.returncode for role in roles] == [0, 0, 0]
    return [json.loads(text) for text in told]
