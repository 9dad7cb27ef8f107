"""The same city with its operations on PostgreSQL: loaded, delivered, decided on and published again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from data.config import load_config
from data.loop.command import Command, Report
from data.query import Door
from data.scope import Scope
from etl.load import load
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home
from tests.databases import database

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
